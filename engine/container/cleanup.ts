import type { Engine } from '../engine.ts'
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

  await using _lock = await lockContainer(engine, id)
  const row = engine.storage.containers.find(id)
  if (!row) return
  if (settle(engine, row).status !== 'exited') return
  if (row.autoRemove) removeLocked(engine, row, { volumes: true })
  else releaseRuntime(engine, row)
}

/** Removes what --rm containers left whose monitor was killed before it could. For commands that write anyway. */
export async function sweepEnded(engine: Engine): Promise<void> {
  for (const row of engine.storage.containers.list()) {
    if (row.autoRemove && settle(engine, row).status === 'exited') await cleanupContainer(engine, row.id)
  }
}
