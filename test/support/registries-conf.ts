import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The environment in which these registries, which have no TLS, may be used, and are searched for short names. */
export function registriesEnv(directory: string, hosts: readonly string[]): Record<string, string> {
  const path = join(directory, 'registries.conf')
  const tables = hosts.map((host) => `[[registry]]\nlocation = "${host}"\ninsecure = true\n`)
  writeFileSync(path, `unqualified-search-registries = ${JSON.stringify(hosts)}\n${tables.join('')}`)
  return { CONTAINERS_REGISTRIES_CONF: path }
}
