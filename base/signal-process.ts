import { closeSync } from 'node:fs'
import { isErrno } from './errors.ts'
import { pidfdOpen, pidfdSendSignal } from './libc.ts'
import { processStartTime } from './process-start.ts'

/**
 * Sends a signal to the process that this pid and start time name, and to no other; false where it
 * has ended.
 *
 * @see pidfd_send_signal(2)
 */
export function signalProcess({ pid, startTime }: { pid: number; startTime: string }, signal: number): boolean {
  try {
    const pidfd = pidfdOpen(pid)
    try {
      if (processStartTime(pid) !== startTime) return false
      pidfdSendSignal(pidfd, signal)
      return true
    } finally {
      closeSync(pidfd)
    }
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false
    throw error
  }
}
