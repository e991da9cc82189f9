import { readdirSync, readFileSync, statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import type { IdMap, IdMapLine } from './id-map.ts'

/**
 * A process that is still in the user's namespace whose holder was killed: the monitor of a
 * container, which only commands of the same namespace can reach. `namespace` is the number the
 * kernel gave it; it may have been given away again, so the ids must be mapped as ours are.
 */
export function findMember(namespace: string | undefined, map: IdMap): number | undefined {
  if (namespace === undefined || namespace === '') return undefined
  const pid = readdirSync('/proc').find(
    (name) => /^\d+$/.test(name) && namespaceOf(name) === namespace && hasIds(name, map),
  )
  return pid === undefined ? undefined : Number(pid)
}

/** As the inode that stands for it. Source: namespaces(7). */
export function namespaceOf(pid: string): string | undefined {
  return quietly(() => `${statSync(`/proc/${pid}/ns/user`).ino}`)
}

/** Whether the ids of its namespace are mapped as ours are. */
export function hasIds(pid: string, { uids, gids }: IdMap): boolean {
  const read = (file: string) => quietly(() => parseLines(readFileSync(`/proc/${pid}/${file}`, 'utf8')))
  return read('uid_map') === formatLines(uids) && read('gid_map') === formatLines(gids)
}

function parseLines(text: string): string {
  return text.trim().split(/\s+/).join(' ')
}

function formatLines(lines: readonly IdMapLine[]): string {
  return lines.flat().join(' ')
}

/** Processes end while they are looked at, and most are not ours to look into. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined
    throw error
  }
}
