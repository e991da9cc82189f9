import { dirname } from 'node:path'
import { ensurePrivateDirectory, readTextIfExists, writeAtomic } from '../../base/files.ts'
import { repositoryOf } from './reference.ts'

/**
 * Remembers what a short name means for its user, in the file of such choices, which is shared with
 * other engines. The caller holds a lock on the file.
 *
 * @param repository in full, without a tag
 * @throws {TspodError} E_BAD_CONFIG: the file is not valid
 * @see containers-registries.conf(5), "Short-Name Aliasing: Modes"
 */
export async function recordShortName(file: string, shortName: string, repository: string): Promise<void> {
  const { parseRegistriesConf } = await import('./parse-registries-conf.ts')
  const known = parseRegistriesConf(readTextIfExists(file) ?? '', file).aliases
  // An empty one takes away what another file has.
  const targets = new Map([...known].map(([name, target]) => [name, target ? repositoryOf(target.value) : '']))
  targets.set(shortName, repository)
  const lines = [...targets].map(([name, target]) => `  ${JSON.stringify(name)} = ${JSON.stringify(target)}\n`)
  ensurePrivateDirectory(dirname(file))
  writeAtomic(file, `[aliases]\n${lines.join('')}`, { mode: 0o644 })
}
