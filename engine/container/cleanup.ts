import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { lockContainer } from './lock.ts'
import { observe, settle } from './reconcile.ts'
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

/** Long enough for whoever waited for the container to have tidied up after it. */
const ABANDONED_MS = 5000

/** Removes --rm containers that ended and that nobody removed, as their CLI and monitor were killed. For commands that write anyway. */
export async function sweepEnded(engine: Engine): Promise<void> {
  for (const row of engine.storage.containers.listAutoRemove()) {
    const { status, finishedAtMs } = observe(engine, row)
    if (status === 'exited' && Date.now() - (finishedAtMs ?? 0) > ABANDONED_MS) await cleanupContainer(engine, row.id)
  }
}
