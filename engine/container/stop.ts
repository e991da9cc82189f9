import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { leavePod } from '../pod/leave.ts'
import { allows } from './allows.ts'
import { cleanupLocked } from './cleanup-locked.ts'
import { lockContainer } from './lock.ts'
import { withdrawPorts } from './publish.ts'
import { observe } from './reconcile.ts'
import { type StopHow, stopLocked } from './stop-locked.ts'

export interface StopOptions extends StopHow {
  readonly ignoreMissing?: boolean
}

/**
 * Stops a container: its stop signal, then SIGKILL when the grace time is over. A paused one goes on
 * so that it can end; one that waits for its restart does so no longer.
 *
 * Resolves once the exit status is in the database, so whoever reads the state next sees
 * `exited`, or with --rm nothing. Stopping a container that is not running changes nothing.
 *
 * @returns undefined where there is none and that was to be ignored
 * @throws {TspodError} E_CONTAINER_NOT_FOUND: nothing matches `ref`
 * @throws {TspodError} E_AMBIGUOUS_REF: `ref` is a prefix of several ids
 * @throws {TspodError} E_CANNOT_STOP
 * @see podman-stop(1), signal(7)
 */
export async function stopContainer(
  engine: Engine,
  ref: string,
  options: StopOptions,
): Promise<{ id: string } | undefined> {
  const { containers } = engine.storage
  const found = options.ignoreMissing ? containers.find(ref) : containers.resolve(ref)
  if (!found) return undefined
  const { id } = found

  await stopFound(engine, found, { ref, how: options })
  if (found.podId !== null) await leavePod(engine, found.podId)
  return { id }
}

async function stopFound(
  engine: Engine,
  { id }: ContainerRow,
  { ref, how }: { readonly ref: string; readonly how: StopHow },
): Promise<void> {
  await using _lock = await lockContainer(engine, id)
  const row = engine.storage.containers.find(id) // again: it may have changed while we waited
  if (!row) return
  // One that has just ended, and that a policy is about to start again, is stopped for good.
  if (allows('stop', observe(engine, row), ref) || row.startedAtMs !== null) await stopLocked(engine, row, how)
  await withdrawPorts(engine, row)
  cleanupLocked(engine, { ...row, stoppedByUser: true })
}
