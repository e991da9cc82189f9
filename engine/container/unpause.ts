import type { ContainerRow } from '../../storage/state/container-row.ts'
import { thaw } from '../cgroup/freeze.ts'
import { recordedCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { markPaused, readPaused } from '../monitor/marks.ts'
import { allows } from './allows.ts'
import { releaseProcesses } from './hold-processes.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'

/**
 * Lets the processes of a paused container go on.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_CONTAINER_STATE: it is not paused
 * @see podman-unpause(1)
 */
export async function unpauseContainer(engine: Engine, ref: string): Promise<{ id: string }> {
  const { id } = engine.storage.containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, engine.storage.containers.resolve(id))
  allows('unpause', row, ref)
  goOn(engine, row)
  recordContainerEvent(engine, row, 'unpause')
  return { id }
}

/** Undoes a pause, for who has the container's lock. The mark goes last: what was cut short can be repeated. */
export function goOn(engine: Engine, row: Pick<ContainerRow, 'id' | 'pid'>): void {
  const runDir = engine.runDir(row.id)
  const cgroup = recordedCgroup(runDir)
  if (cgroup !== undefined) thaw(cgroup)
  if (readPaused(runDir) === 'processes' && row.pid !== null) releaseProcesses(row.pid)
  markPaused(runDir, undefined)
}
