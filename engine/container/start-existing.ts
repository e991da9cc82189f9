import type { Engine } from '../engine.ts'
import { allows } from './allows.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { startDependencies } from './start-dependencies.ts'
import { startLocked } from './start-locked.ts'

/**
 * Starts a container that was created before, in the background. One that runs is left as it is.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_STATE
 * @throws {TspodError} what `startDependencies` and `startContainer` throw
 * @see podman-start(1)
 */
export async function startExisting(engine: Engine, ref: string): Promise<{ id: string }> {
  const { id } = engine.storage.containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, engine.storage.containers.resolve(id))
  if (!allows('start', row, ref)) return { id }
  await startDependencies(engine, row)
  await startLocked(engine, row)
  return { id }
}
