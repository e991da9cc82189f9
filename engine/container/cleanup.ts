import type { Engine } from '../engine.ts'
import { reactToHealth } from '../health/react.ts'
import { endOrphan } from '../monitor/client.ts'
import { cleanupLocked } from './cleanup-locked.ts'
import { lockContainer } from './lock.ts'
import { withdrawPorts } from './publish.ts'
import { observe } from './reconcile.ts'

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
  if (!row) return
  if (observe(engine, row).status === 'exited') await withdrawPorts(engine, row)
  cleanupLocked(engine, row)
}
