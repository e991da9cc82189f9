import { isErrno } from './errors.ts'
import { readTextIfExists } from './files.ts'

/**
 * When a process was started, in clock ticks since boot; `undefined` where there is none.
 * With the pid it names one process, which a pid alone does not. Source: proc_pid_stat(5), field 22.
 */
export function processStartTime(pid: number | 'self'): string | undefined {
  const stat = readStat(pid)
  // Behind the last ')': the name of the program may contain anything.
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')[19]
    ?.trim()
}

function readStat(pid: number | 'self'): string | undefined {
  try {
    return readTextIfExists(`/proc/${pid}/stat`)
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return undefined // it ended between open and read
    throw error
  }
}
