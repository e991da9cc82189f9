import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { reactToHealth } from '../health/react.ts'
import { endOrphan } from '../monitor/client.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { releaseRuntime } from './release.ts'
import { removeLocked } from './remove.ts'
import { scheduleRestart } from './schedule-restart.ts'

/**
 * Tidies up after a container that has ended: its exit status into the database, what it held of
 * the host given back, started again where its restart policy says so, and with --rm all of it
 * removed. May be called any number of times, by the monitor and by whoever waited; a container that
 * runs again or is gone is left alone.
 *
 * @see podman-container-cleanup(1)
 */
export async function cleanupContainer(engine: Engine, ref: string): Promise<void> {
  const id = engine.storage.containers.find(ref)?.id
  if (id === undefined) return
  await endOrphan(engine.runDir(id))
  if (await reactToHealth(engine, id)) return

  await using _lock = await lockContainer(engine, id)
  const row = engine.storage.containers.find(id)
  if (row) cleanupLocked(engine, row)
}

/** As `cleanupContainer`, for who has the container's lock. */
export function cleanupLocked(engine: Engine, row: ContainerRow): void {
  const now = settle(engine, row)
  if (now.status !== 'exited') return
  releaseRuntime(engine, row)
  if (scheduleRestart(engine, now)) return
  if (row.autoRemove) removeLocked(engine, row, { volumes: true })
}
