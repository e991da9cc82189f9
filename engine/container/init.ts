import type { Engine } from '../engine.ts'
import { allows } from './allows.ts'
import { keepFailure } from './failure.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { startContainer } from './start.ts'
import { startDependencies } from './start-dependencies.ts'
import { readyToStart } from './start-locked.ts'

/**
 * Makes all that a container needs to run, its namespaces, mounts and network, and has its program
 * wait until the container is started.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_STATE
 * @throws {TspodError} what `startContainer` throws
 * @see podman-init(1)
 */
export async function initContainer(engine: Engine, ref: string): Promise<{ id: string }> {
  const { containers } = engine.storage
  const { id } = containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, containers.resolve(id))
  if (!allows('init', row, ref)) return { id }
  try {
    await startDependencies(engine, row)
    const launched = await startContainer(engine, readyToStart(engine, row), { foreground: false, init: true })
    launched.leave()
  } catch (error) {
    keepFailure(engine, id, error)
    throw error
  }
  return { id }
}
