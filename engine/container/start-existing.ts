import { messageOf } from '../../base/errors.ts'
import { allowSecondMount } from '../../storage/drivers/volatile-mount.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { forgetStopped } from '../boot/stopped-mark.ts'
import type { Engine } from '../engine.ts'
import { markPaused } from '../monitor/marks.ts'
import { allows } from './allows.ts'
import { endRestartDelay } from './end-restart-delay.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { startContainer } from './start.ts'
import { startInitialized } from './start-initialized.ts'

/**
 * Starts a container that was created before, in the background. One that runs is left as it is.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_STATE
 * @throws {TspodError} what `startContainer` throws
 * @see podman-start(1)
 */
export async function startExisting(engine: Engine, ref: string): Promise<{ id: string }> {
  const { id } = engine.storage.containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, engine.storage.containers.resolve(id))
  if (allows('start', row, ref)) await startLocked(engine, row)
  return { id }
}

/** As `startExisting`, of a container that does not run, for who has its lock. */
export async function startLocked(engine: Engine, row: ContainerRow): Promise<void> {
  const { containers } = engine.storage
  const ready = readyToStart(engine, row)
  try {
    if (row.status === 'initialized') return await startInitialized(engine, ready)
    const launched = await startContainer(engine, ready, { foreground: false })
    launched.leave()
  } catch (error) {
    containers.update(row.id, { error: messageOf(error) })
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
