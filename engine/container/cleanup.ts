import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { endOrphan } from '../monitor/client.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { releaseRuntime } from './release.ts'
import { removeLocked } from './remove.ts'

/**
 * Tidies up after a container that has ended: its exit status into the database, what it held of
 * the host given back, and with --rm all of it removed. May be called any number of times, by the
 * monitor and by whoever waited; a container that runs again or is gone is left alone.
 *
 * @see podman-container-cleanup(1)
 */
export async function cleanupContainer(engine: Engine, ref: string): Promise<void> {
  const id = engine.storage.containers.find(ref)?.id
  if (id === undefined) return
  await endOrphan(engine.runDir(id))

  await using _lock = await lockContainer(engine, id)
  const row = engine.storage.containers.find(id)
  if (row) cleanupLocked(engine, row)
}

/** As `cleanupContainer`, for who has the container's lock. */
export function cleanupLocked(engine: Engine, row: ContainerRow): void {
  if (settle(engine, row).status !== 'exited') return
  if (row.autoRemove) removeLocked(engine, row, { volumes: true })
  else releaseRuntime(engine, row)
}
