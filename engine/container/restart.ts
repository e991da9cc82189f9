import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { allows } from './allows.ts'
import { lockContainer } from './lock.ts'
import { withdrawPorts } from './publish.ts'
import { releaseRuntime } from './release.ts'
import { settleOrEnd } from './settle-or-end.ts'
import { startDependencies } from './start-dependencies.ts'
import { startLocked } from './start-locked.ts'
import { type StopHow, stopLocked } from './stop-locked.ts'

/** Starts things one after the other. */
export type InTurn = <T>(action: () => Promise<T>) => Promise<T>

/**
 * Stops a container where it runs, and starts it in any case. One with --rm is not removed between.
 * With `unlessStopped` one that somebody has stopped meanwhile stays so.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CANNOT_STOP
 * @throws {TspodError} what `startContainer` throws
 * @see podman-restart(1)
 */
export async function restartContainer(
  engine: Engine,
  ref: string,
  { inTurn, unlessStopped, ...how }: StopHow & { readonly inTurn?: InTurn; readonly unlessStopped?: boolean },
): Promise<{ id: string }> {
  const { containers } = engine.storage
  const { id } = containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const before = await settleOrEnd(engine, containers.resolve(id), how)
  if (unlessStopped && before.stoppedByUser) return { id }
  allows('restart', before, ref)
  const row = await stopLocked(engine, before, how)
  if (row.status === 'exited') {
    await withdrawPorts(engine, row)
    releaseRuntime(engine, row)
  }
  const start = async (): Promise<void> => {
    await startDependencies(engine, row)
    await startLocked(engine, row)
  }
  await (inTurn ? inTurn(start) : start())
  recordContainerEvent(engine, row, 'restart')
  return { id }
}
