import { TspodError } from '../../base/errors.ts'
import { someOf } from '../../base/some-of.ts'
import { removeContainer } from '../container/remove.ts'
import { removeContainers } from '../container/remove-several.ts'
import type { Engine } from '../engine.ts'
import { recordPodEvent } from './event.ts'
import { lockPod } from './lock.ts'
import { type Pod, resolvePod } from './pod.ts'

export interface RemovePodOptions {
  /** stop those of its containers that run */
  readonly force?: boolean
  readonly ignoreMissing?: boolean
  readonly graceMs?: number
}

/**
 * Removes a pod with all of its containers and their anonymous volumes. That its holder runs, alone, is in
 * nobody's way.
 *
 * @returns undefined where there is none and that was to be ignored
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_POD_RUNNING: containers run in it, and `force` is not given
 * @throws {TspodError} what `removeContainer` throws: containers that are no longer there are gone
 * @see podman-pod-rm(1)
 */
export async function removePod(
  engine: Engine,
  ref: string,
  options: RemovePodOptions = {},
): Promise<{ readonly id: string } | undefined> {
  const { pods, locks } = engine.storage
  const found = options.ignoreMissing ? pods.find(ref) : pods.resolve(ref)
  if (!found) return undefined
  const { id } = found
  using _lock = await lockPod(engine, id)
  if (!pods.find(id)) return { id } // it went while we waited
  const pod = resolvePod(engine, id)
  if (!options.force) requireEnded(pod, ref)
  const grace = options.graceMs === undefined ? {} : { graceMs: options.graceMs }
  const how = { force: true, ignoreMissing: true, volumes: true, ...grace }
  const members = pod.containers.filter((container) => container.id !== found.infraId).map((container) => container.id)
  const results = await removeContainers(engine, members, options.force ? how : { ...how, force: false })
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  if (found.infraId !== null) await removeContainer(engine, found.infraId, { ...how, isPodGoing: true })
  pods.remove(id)
  locks.forget('pod', id)
  recordPodEvent(engine, found, 'remove')
  return { id }
}

function requireEnded({ row, containers }: Pod, ref: string): void {
  const names = containers
    .filter(({ id, status }) => id !== row.infraId && status !== 'created' && status !== 'exited')
    .map(({ name }) => name)
  if (names.length === 0) return
  throw new TspodError('E_POD_RUNNING', `cannot remove pod ${ref}: ${someOf(names)} in it runs`, {
    hint: `stop it first with "tspod pod stop ${ref}", or use "tspod pod rm -f"`,
  })
}
