import { rmSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { forgetMount } from '../image/mount-tree.ts'
import { endOrphan } from '../monitor/client.ts'
import { leavePod } from '../pod/leave.ts'
import { allows } from './allows.ts'
import { dependentsOf, hasDependents } from './dependents.ts'
import { isInfra } from './is-infra.ts'
import { lockContainer } from './lock.ts'
import { withdrawPorts } from './publish.ts'
import { settle } from './reconcile.ts'
import { releaseRuntime, removeAnonymousVolumes } from './release.ts'
import { settleOrEnd } from './settle-or-end.ts'
import { stopLocked } from './stop-locked.ts'
import { removeFiles } from './whole.ts'

export interface RemoveOptions {
  /** stop it first where it is running */
  readonly force?: boolean
  readonly ignoreMissing?: boolean
  /** its anonymous volumes too */
  readonly volumes?: boolean
  readonly graceMs?: number
  /** those that depend on it first */
  readonly depend?: boolean
  /** it holds a pod that goes with it, and whose other containers have gone */
  readonly isPodGoing?: boolean
}

/**
 * Removes a container and all that is its own: upper layer, log, runtime files, the mount that shows it.
 *
 * The row goes last, so that a removal that was cut short is seen and can be repeated; until then all that needs its
 * files says so (`requireWhole`).
 *
 * @returns undefined where there is none and that was to be ignored
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CANNOT_STOP
 * @throws {TspodError} E_CONTAINER_RUNNING: it runs and `force` is not given
 * @throws {TspodError} E_CONTAINER_IN_USE: others depend on it; E_POD_INFRA: it holds a pod
 * @see podman-rm(1)
 */
export async function removeContainer(
  engine: Engine,
  ref: string,
  options: RemoveOptions,
): Promise<{ id: string } | undefined> {
  const { containers } = engine.storage
  const found = options.ignoreMissing ? containers.find(ref) : containers.resolve(ref)
  if (!found) return undefined
  const { id, podId } = found
  if (isInfra(found) && !options.isPodGoing) throw holdsPod(found)
  if (options.depend) {
    for (const dependent of dependentsOf(engine, id)) {
      await removeContainer(engine, dependent.id, { ...options, ignoreMissing: true })
    }
  }

  if (options.force) await endOrphan(engine.runDir(id))
  await using _lock = await lockContainer(engine, id)
  const row = containers.find(id) // again: it may have gone while we waited
  if (!row) return { id }
  const { graceMs } = options
  allows(
    options.force ? 'rm -f' : 'rm',
    await (options.force ? settleOrEnd(engine, row, { graceMs }) : settle(engine, row)),
    ref,
  )
  const dependents = dependentsOf(engine, id)
  if (dependents.length > 0) throw hasDependents(ref, dependents)
  const ended = options.force ? await stopLocked(engine, row, { graceMs }) : row
  await withdrawPorts(engine, ended)
  removeLocked(engine, ended, { volumes: options.volumes ?? row.autoRemove })
  if (podId !== null) await leavePod(engine, podId)
  return { id }
}

function holdsPod({ name, podId }: ContainerRow): TspodError {
  return new TspodError('E_POD_INFRA', `container ${name} holds a pod and cannot be removed without it`, {
    hint: `remove the pod: "tspod pod rm ${podId?.slice(0, 12)}"`,
  })
}

/** Removes the container, which has ended and whose lock the caller has. */
export function removeLocked(engine: Engine, row: ContainerRow, options: { readonly volumes: boolean }): void {
  releaseRuntime(engine, row)
  removeFiles(engine.containerDir(row.id))
  engine.storage.driver(row.driver).remove(row.id)
  rmSync(engine.runDir(row.id), { recursive: true, force: true })
  engine.storage.containers.remove(row.id)
  // After the row: who mounts it looks at that last.
  forgetMount(engine, row.id)
  if (options.volumes) removeAnonymousVolumes(engine, row)
  engine.storage.locks.forget('container', row.id)
  recordContainerEvent(engine, row, 'remove')
}
