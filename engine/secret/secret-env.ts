import { join } from 'node:path'
import { readBounded } from '../../base/files.ts'
import { MAX_SECRET_BYTES } from '../../storage/secrets/secrets.ts'
import type { ContainerConfig } from '../container/config.ts'
import type { OciConfig } from '../spec/oci.ts'

/**
 * The configuration of a container with the variables that are secrets, for a process that is about
 * to be started in it. They are in no configuration that is kept, and so in nothing that is shown.
 *
 * @param containerDir of the container
 */
export function withSecretEnv({ spec, secrets = [] }: ContainerConfig, containerDir: string): OciConfig {
  const env = secrets.flatMap(({ variable, file }) =>
    variable === undefined ? [] : [`${variable}=${readValue(join(containerDir, file))}`],
  )
  return env.length === 0 ? spec : { ...spec, process: { ...spec.process, env: [...spec.process.env, ...env] } }
}

/** A variable ends at a NUL for the program that reads it. */
function readValue(path: string): string {
  return readBounded(path, MAX_SECRET_BYTES).toString('utf8').split('\0', 1)[0] ?? ''
}
