import { readTextIfExists } from './files.ts'

/**
 * When a process was started, in clock ticks since boot; `undefined` where there is none.
 * With the pid it names one process, which a pid alone does not. Source: proc_pid_stat(5), field 22.
 */
export function processStartTime(pid: number | 'self'): string | undefined {
  const stat = readTextIfExists(`/proc/${pid}/stat`)
  // Behind the last ')': the name of the program may contain anything.
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')[19]
    ?.trim()
}
