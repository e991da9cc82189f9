import type { Engine } from '../engine.ts'
import { reactToHealth } from '../health/react.ts'
import { endOrphan } from '../monitor/client.ts'
import { leavePod } from '../pod/leave.ts'
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
  const found = engine.storage.containers.find(ref)
  if (!found) return
  const { id, podId } = found
  await endOrphan(engine.runDir(id))
  if (await reactToHealth(engine, id)) return
  await cleanupFound(engine, id)
  if (podId !== null) await leavePod(engine, podId)
}

async function cleanupFound(engine: Engine, id: string): Promise<void> {
  await using _lock = await lockContainer(engine, id)
  const row = engine.storage.containers.find(id)
  if (!row) return
  if (observe(engine, row).status === 'exited') await withdrawPorts(engine, row)
  cleanupLocked(engine, row)
}
