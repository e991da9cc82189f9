import { debianImage } from '../support/debian-image.ts'
import { push } from '../support/registry.ts'

const REPOSITORY = 'bench/servers'

/** Puts Debian with its servers into the registry; resolves to its name. */
export async function pushServers(host: string): Promise<string> {
  await push(host, REPOSITORY, 'latest', await debianImage())
  return `${host}/${REPOSITORY}:latest`
}
