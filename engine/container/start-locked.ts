import { allowSecondMount } from '../../storage/drivers/volatile-mount.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { forgetStopped } from '../boot/stopped-mark.ts'
import type { Engine } from '../engine.ts'
import { markPaused } from '../monitor/marks.ts'
import { endRestartDelay } from './end-restart-delay.ts'
import { keepFailure } from './failure.ts'
import { startContainer } from './start.ts'
import { startInitialized } from './start-initialized.ts'

/** Starts a container that does not run, in the background; what it depends on runs. For who has its lock. */
export async function startLocked(engine: Engine, row: ContainerRow): Promise<void> {
  const ready = readyToStart(engine, row)
  try {
    if (row.status === 'initialized') return await startInitialized(engine, ready)
    const launched = await startContainer(engine, ready, { foreground: false })
    launched.leave()
  } catch (error) {
    keepFailure(engine, row.id, error)
    throw error
  }
}

/**
 * Forgets what was of the last time: who stopped it, how often it was started again, and marks of
 * its state. Returns the row as it is then.
 */
export function readyToStart(engine: Engine, row: ContainerRow): ContainerRow {
  const runDir = engine.runDir(row.id)
  endRestartDelay(runDir)
  markPaused(runDir, undefined)
  forgetStopped(engine.containerDir(row.id))
  if (row.autoRemove) allowSecondMount(engine.storage.paths, row.id)
  const fresh = { stoppedByUser: false, restartCount: 0, oomKilled: false, error: null } as const
  engine.storage.containers.update(row.id, fresh)
  return { ...row, ...fresh }
}
