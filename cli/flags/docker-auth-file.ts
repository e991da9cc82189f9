import { join } from 'node:path'
import type { CliConfig } from '../config.ts'

interface Given {
  readonly authfile: string | undefined
  readonly compatAuthFile: string | undefined
}

/**
 * The file of docker's that a login is kept in, where the command is called as docker or names one: there
 * other programs look for it, and scripts that give each job a DOCKER_CONFIG of its own expect it.
 *
 * @see docker-login(1), "Configure the credentials store"
 */
export function dockerAuthFile(
  { authfile, compatAuthFile }: Given,
  { compat, env, home }: CliConfig,
): string | undefined {
  const isNamed = authfile !== undefined || compatAuthFile !== undefined || Boolean(env['REGISTRY_AUTH_FILE'])
  if (isNamed || compat === 'podman') return compatAuthFile
  return join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json')
}
