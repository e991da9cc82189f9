import { readdirSync, readlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { processStartTime } from '../../base/process-start.ts'
import { hasIds, namespaceOf } from './find-member.ts'
import type { IdMap } from './id-map.ts'

/** As the holder's file says it. */
export interface Holder {
  readonly pid: string
  readonly startTime: string
  readonly namespace: string
}

/**
 * A process that holds the user's namespace, though its file was removed, as at the end of a session:
 * with another namespace nobody could join what containers and networks have that still run.
 *
 * It says of itself for which file it holds. A process of a container could say that, too, but not
 * from our mount namespace.
 */
export function findHolder(file: string, map: IdMap): Holder | undefined {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const holder = holderOf(pid, file)
    if (holder && hasIds(pid, map)) return holder
  }
  return undefined
}

function holderOf(pid: string, file: string): Holder | undefined {
  try {
    const [, word, held] = (readTextIfExists(`/proc/${pid}/cmdline`, 1 << 16) ?? '').split('\0')
    if (word !== 'hold' || held !== file) return undefined
    if (readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')) return undefined
    const startTime = processStartTime(Number(pid))
    const namespace = namespaceOf(pid)
    return startTime === undefined || namespace === undefined ? undefined : { pid, startTime, namespace }
  } catch (error) {
    // They end while they are looked at, and most are not ours to look into.
    if (isErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined
    throw error
  }
}
