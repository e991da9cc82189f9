import type { Engine } from '../engine.ts'
import { cleanupLocked } from './cleanup.ts'
import { lockContainer } from './lock.ts'
import { stopLocked } from './stop-locked.ts'

export interface StopOptions {
  /** between the stop signal and SIGKILL; the container's own stop timeout where it is absent */
  readonly graceMs?: number
  readonly ignoreMissing?: boolean
}

/**
 * Stops a container: its stop signal, then SIGKILL when the grace time is over.
 *
 * Resolves once the exit status is in the database, so whoever reads the state next sees
 * `exited`, or with --rm nothing. Stopping a container that is not running changes nothing.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND: nothing matches `ref`
 * @throws {TspodError} E_AMBIGUOUS_REF: `ref` is a prefix of several ids
 * @see podman-stop(1), signal(7)
 */
export async function stopContainer(engine: Engine, ref: string, options: StopOptions): Promise<{ id: string }> {
  const { containers } = engine.storage
  const found = options.ignoreMissing ? containers.find(ref) : containers.resolve(ref)
  if (!found) return { id: ref }
  const { id } = found

  await using _lock = await lockContainer(engine, id)
  const row = containers.find(id) // again: it may have changed while we waited
  if (!row) return { id }
  await stopLocked(engine, row, options.graceMs)
  cleanupLocked(engine, row)
  return { id }
}
