import { readdirSync } from 'node:fs'
import { isErrno } from './errors.ts'
import { readTextIfExists } from './files.ts'

/** A process as the kernel shows it at a moment. Source: proc_pid_stat(5). */
export interface ProcessStat {
  readonly pid: number
  /** a letter: `R`, `S`, `D`, `T` stopped, `Z` zombie … */
  readonly state: string
  readonly parent: number
  /** in clock ticks since boot */
  readonly startTime: string
}

/**
 * When a process was started, in clock ticks since boot; `undefined` where there is none.
 * With the pid it names one process, which a pid alone does not. Source: proc_pid_stat(5), field 22.
 */
export function processStartTime(pid: number | 'self'): string | undefined {
  return readStat(pid)?.startTime
}

/** Whether the process with this pid is the one that started at that time, and no zombie. Source: proc_pid_stat(5). */
export function isProcess(pid: number, startTime: string): boolean {
  const stat = readStat(pid)
  return stat !== undefined && stat.startTime === startTime && stat.state !== 'Z' && stat.state !== 'X'
}

/** All that can be seen here. One that starts or ends meanwhile may be missed. */
export function listProcesses(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : []))
}

function readStat(pid: number | 'self'): ProcessStat | undefined {
  try {
    const text = readTextIfExists(`/proc/${pid}/stat`)
    // Behind the last ')': the name of the program may contain anything.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
    return (
      fields && {
        pid: pid === 'self' ? process.pid : pid,
        state: fields[0] ?? '',
        parent: Number(fields[1]),
        startTime: fields[19]?.trim() ?? '',
      }
    )
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return undefined // it ended between open and read
    throw error
  }
}
