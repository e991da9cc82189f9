import { isErrno, TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { freeze } from '../cgroup/freeze.ts'
import { recordedCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { markPaused } from '../monitor/marks.ts'
import { allows } from './allows.ts'
import { holdProcesses } from './hold-processes.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'
import { goOn } from './unpause.ts'

/**
 * Stops all processes of a container where they are, until `unpauseContainer`: by the freezer of its
 * cgroup, or, with a warning, by SIGSTOP to each where it has none. Nothing is held where it fails.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_CONTAINER_NOT_RUNNING, E_CONTAINER_STATE; E_CANNOT_PAUSE
 * @see podman-pause(1)
 */
export async function pauseContainer(engine: Engine, ref: string): Promise<{ id: string }> {
  const { id } = engine.storage.containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, engine.storage.containers.resolve(id))
  allows('pause', row, ref)
  try {
    await hold(engine, row)
  } catch (error) {
    goOn(engine, row)
    throw error
  }
  recordContainerEvent(engine, row, 'pause')
  return { id }
}

/** It is marked first: who finds the mark of a command that was killed can undo what that did. */
async function hold(engine: Engine, row: ContainerRow): Promise<void> {
  const runDir = engine.runDir(row.id)
  const cgroup = recordedCgroup(runDir)
  if (cgroup !== undefined) {
    markPaused(runDir, 'freezer')
    try {
      await freeze(cgroup)
      return
    } catch (error) {
      const isForbidden = error instanceof TspodError && isErrno(error.cause, 'EACCES', 'EPERM', 'EROFS', 'ENOENT')
      if (!isForbidden) throw error
    }
  }
  engine.warn(`${row.name} has no cgroup that can be frozen, so each of its processes is sent SIGSTOP`)
  markPaused(runDir, 'processes')
  await holdProcesses(row.pid ?? 0)
}
