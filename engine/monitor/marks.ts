import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists, writeAtomic } from '../../base/files.ts'
import { isProcess } from '../../base/process-start.ts'

/** How a container was paused: `freezer` of its cgroup, or SIGSTOP to its `processes`. */
export type PausedBy = 'freezer' | 'processes'

/** Files in the runtime directory that say what no record of the monitor does. They go with it. */
export function isPaused(runDir: string): boolean {
  return existsSync(join(runDir, 'paused'))
}

export function readPaused(runDir: string): PausedBy | undefined {
  const text = readTextIfExists(join(runDir, 'paused'), 64)
  return text === 'freezer' || text === 'processes' ? text : undefined
}

export function markPaused(runDir: string, by: PausedBy | undefined): void {
  if (by === undefined) rmSync(join(runDir, 'paused'), { force: true })
  else writeFileSync(join(runDir, 'paused'), by, { mode: 0o600 })
}

/** The process that starts the container again when its time has come, if it is still there. */
export interface RestartDelay {
  readonly pid: number
  readonly startTime: string
}

export function restartDelay(runDir: string): RestartDelay | undefined {
  const [pid, startTime] = readTextIfExists(join(runDir, 'restarting'), 128)?.trim().split(' ') ?? []
  if (pid === undefined || startTime === undefined || !isProcess(Number(pid), startTime)) return undefined
  return { pid: Number(pid), startTime }
}

/** How long it waited, or waits, before its latest restart, and which of its ends that came after. */
export interface LastRestart {
  readonly delayMs: number
  readonly endedAtMs: number
}

export function lastRestart(runDir: string): LastRestart | undefined {
  const [, , delayMs, endedAtMs] = readTextIfExists(join(runDir, 'restarting'), 128)?.trim().split(' ') ?? []
  return delayMs === undefined || endedAtMs === undefined
    ? undefined
    : { delayMs: Number(delayMs), endedAtMs: Number(endedAtMs) }
}

export function markRestarting(runDir: string, delay: (RestartDelay & LastRestart) | undefined): void {
  const path = join(runDir, 'restarting')
  if (delay === undefined) rmSync(path, { force: true })
  else writeFileSync(path, `${delay.pid} ${delay.startTime} ${delay.delayMs} ${delay.endedAtMs}\n`, { mode: 0o600 })
}

/**
 * When the end of a process was found that nobody recorded: whoever finds it first notes the time, so that all who
 * look later say the same. Where it cannot be noted it is now.
 *
 * @param processName its pid and start time: the note of an earlier one is none
 */
export function lostAtMs(runDir: string, processName: string): number {
  const path = join(runDir, 'lost')
  const noted = readTextIfExists(path, 128)?.trim().split(' ') ?? []
  if (noted.slice(0, 2).join(' ') === processName) return Number(noted[2])
  const foundAtMs = Date.now()
  try {
    writeAtomic(path, `${processName} ${foundAtMs}\n`, { sync: false })
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EDQUOT', 'ENOENT', 'ENOSPC', 'EPERM', 'EROFS')) throw error
  }
  return foundAtMs
}
