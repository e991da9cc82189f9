import { messageOf } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { markPaused, restartDelay } from '../monitor/marks.ts'
import { keepFailure } from './failure.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { scheduleRestart } from './schedule-restart.ts'
import { startContainer } from './start.ts'
import { startDependencies } from './start-dependencies.ts'

/**
 * Starts a container again, as `scheduleRestart` had us do: unless somebody has stopped, started or
 * removed it in the meantime. One that cannot be started is tried again later, as its policy says.
 */
export async function restartDelayed(engine: Engine, id: string): Promise<void> {
  const { containers } = engine.storage
  await using _lock = await lockContainer(engine, id)
  const row = containers.find(id)
  if (!row || row.stoppedByUser || restartDelay(engine.runDir(id))?.pid !== process.pid) return
  const now = settle(engine, row)
  if (now.status !== 'restarting' && now.status !== 'exited') return
  markPaused(engine.runDir(id), undefined) // who killed it may have done so while it was paused
  try {
    await startDependencies(engine, now)
    const launched = await startContainer(engine, row, { foreground: false })
    launched.leave()
  } catch (error) {
    const failed = { error: messageOf(error), exitCode: row.exitCode || 125, finishedAtMs: Date.now() }
    containers.update(id, failed)
    keepFailure(engine, id, error)
    if (!scheduleRestart(engine, { ...row, ...failed })) throw error
  }
}
