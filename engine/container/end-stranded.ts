import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import { readTextIfExists } from '../../base/files.ts'
import { isProcess, listProcesses } from '../../base/process-start.ts'
import { signalProcess } from '../../base/signal-process.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { REAP_MS } from '../monitor/client.ts'

const SIGKILL = 9
const LOOK_MS = 10

interface Ending {
  readonly signal: number
  readonly graceMs: number
}

/**
 * Ends a container that runs, though its runtime files were removed, as at the end of a session: its
 * monitor listens at a path that there is no more. The program gets its signal and its time, and
 * then the monitor is killed, with which the container and its network helpers die.
 */
export async function endStranded({ pid, pidStartTime }: ContainerRow, { signal, graceMs }: Ending): Promise<void> {
  if (pid === null || pidStartTime === null) return
  const program = { pid, startTime: pidStartTime }
  const monitor = monitorOf(pid)
  if (graceMs > 0 && signalProcess(program, signal) && (await hasEnded(program, graceMs))) return
  if (monitor) signalProcess(monitor, SIGKILL)
  signalProcess(program, SIGKILL)
  await hasEnded(program, REAP_MS)
}

/** The launcher that is its parent; nobody where that was killed. */
function monitorOf(child: number) {
  const processes = listProcesses()
  const parent = processes.find(({ pid }) => pid === child)?.parent
  const monitor = processes.find(({ pid }) => pid === parent)
  const isLauncher = monitor && readTextIfExists(`/proc/${monitor.pid}/cmdline`, 4096)?.startsWith('launcher\0run\0')
  return isLauncher ? monitor : undefined
}

async function hasEnded({ pid, startTime }: { pid: number; startTime: string }, withinMs: number): Promise<boolean> {
  const deadline = monotonicMs() + withinMs
  while (isProcess(pid, startTime)) {
    if (monotonicMs() >= deadline) return false
    await sleep(LOOK_MS)
  }
  return true
}
