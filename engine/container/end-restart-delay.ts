import { signalProcess } from '../../base/signal-process.ts'
import { markRestarting, restartDelay } from '../monitor/marks.ts'

const SIGKILL = 9

/** Ends the process that would start the container again later. For who has the container's lock. */
export function endRestartDelay(runDir: string): void {
  const delay = restartDelay(runDir)
  if (delay === undefined) return
  signalProcess(delay, SIGKILL)
  markRestarting(runDir, undefined)
}
