import { closeSync, readdirSync, watch } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { pingSocket } from '../../base/libc.ts'
import type { DoctorFacts } from './facts.ts'

const SYSCTLS = [
  'kernel.unprivileged_userns_clone',
  'user.max_user_namespaces',
  'kernel.apparmor_restrict_unprivileged_userns',
] as const

/** The value of a sysctl; undefined where there is none of this name, or it is not for us to read. */
function readSysctl(name: string): string | undefined {
  return readPart(`/proc/sys/${name.replaceAll('.', '/')}`)?.trim()
}

export function readNamespaceSysctls(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    SYSCTLS.flatMap((name) => {
      const value = readSysctl(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

/** Tried, as net.ipv4.ping_group_range shows groups of the machine, which our namespace may lack. */
export function canPing(): boolean {
  try {
    closeSync(pingSocket())
    return true
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EAFNOSUPPORT', 'EPROTONOSUPPORT')) return false
    throw error
  }
}

export function readNumber(name: string): number | undefined {
  const text = readSysctl(name)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** @param uid as this process sees it. Source: proc_key-users(5): `UID: USAGE NKEYS/NIKEYS QNKEYS/MAXKEYS QNBYTES/MAXBYTES` */
export function parseKeyUsers(text: string, uid: number): DoctorFacts['keys'] {
  for (const line of text.split('\n')) {
    const [, owner, used, most] = /^\s*(\d+):\s+\d+\s+\d+\/\d+\s+(\d+)\/(\d+)\s/.exec(`${line} `) ?? []
    if (owner !== undefined && Number(owner) === uid) return { used: Number(used), most: Number(most) }
  }
  return undefined
}

export function readKeys(uid: number): DoctorFacts['keys'] {
  const text = readPart('/proc/key-users')
  if (text === undefined) return undefined
  const most = readNumber('kernel.keys.maxkeys')
  // Who has no key has no line.
  return parseKeyUsers(text, uid) ?? (most === undefined ? undefined : { used: 0, most })
}

/** Limits of inotify(7), what of them processes use that we may look into, and whether one more can be had. */
export function readInotify(): DoctorFacts['inotify'] {
  return {
    ...countInotify(),
    mostInstances: readNumber('fs.inotify.max_user_instances') ?? 0,
    mostWatches: readNumber('fs.inotify.max_user_watches') ?? 0,
    problem: tryInotify(),
  }
}

function tryInotify(): string | undefined {
  try {
    watch('/').close()
    return undefined
  } catch (error) {
    if (isErrno(error, 'EMFILE', 'ENOSPC', 'ENFILE')) return error.code
    throw error
  }
}

/** A machine has thousands of processes at most that are ours. */
const MOST_PROCESSES = 20_000
const MOST_DESCRIPTORS = 4096

function countInotify(): { usedInstances: number; usedWatches: number } {
  const pids = names('/proc')
    .filter((name) => /^\d+$/.test(name))
    .slice(0, MOST_PROCESSES)
  let [usedInstances, usedWatches] = [0, 0]
  for (const pid of pids) {
    for (const fd of names(`/proc/${pid}/fdinfo`).slice(0, MOST_DESCRIPTORS)) {
      const text = readPart(`/proc/${pid}/fdinfo/${fd}`) ?? ''
      const watches = text.match(/^inotify /gm)?.length ?? 0
      if (watches === 0) continue
      usedInstances++
      usedWatches += watches
    }
  }
  return { usedInstances, usedWatches }
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES', 'EPERM', 'ESRCH')) return []
    throw error
  }
}

/** What is hidden, or of a process that has ended, is as if it were not there. */
function readPart(path: string): string | undefined {
  try {
    return readTextIfExists(path, 1 << 20)
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'ESRCH', 'EINVAL', 'EIO')) return undefined
    throw error
  }
}
