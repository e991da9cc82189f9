import { startChild } from '../../base/child.ts'
import { processStartTime } from '../../base/process-start.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { lastRestart, markRestarting } from '../monitor/marks.ts'
import { parseContainerConfig } from './config.ts'
import { restartAfter } from './restart-policy.ts'

/**
 * Has a container that has ended started again by and by, where its policy says so; returns whether it
 * does. A process of some kilobytes waits for the time, and then becomes a tspod. For who has the
 * container's lock.
 */
export function scheduleRestart(engine: Engine, row: ContainerRow): boolean {
  const { restart } = parseContainerConfig(row.config)
  if (restart === undefined) return false
  const runDir = engine.runDir(row.id)
  const last = row.restartCount > 0 ? lastRestart(runDir) : undefined
  const endedAtMs = row.finishedAtMs ?? 0
  if (last?.endedAtMs === endedAtMs) return false // somebody has seen to it
  const delayMs = restartAfter(restart, {
    exitCode: row.exitCode ?? 0,
    ranMs: endedAtMs - (row.startedAtMs ?? 0),
    stoppedByUser: row.stoppedByUser,
    restartCount: row.restartCount,
    lastDelayMs: last?.delayMs,
  })
  if (delayMs === undefined) return false
  engine.storage.containers.update(row.id, { restartCount: row.restartCount + 1 })
  const command = [...engine.selfArgv, 'container', 'cleanup', '--restart', row.id]
  const child = startChild(engine.launcher, ['after', `${delayMs}`, ...command], {
    stdio: 'ignore',
    detached: true,
    cwd: '/',
  })
  const { pid = 0 } = child
  markRestarting(runDir, { pid, startTime: processStartTime(pid) ?? '', delayMs, endedAtMs })
  child.unref()
  return true
}
