import { stopContainer } from '../container/stop.ts'
import type { StopHow } from '../container/stop-locked.ts'
import type { Engine } from '../engine.ts'
import { recordPodEvent } from './event.ts'
import { outcomeOf, type PodOutcome } from './outcome.ts'
import { type Pod, resolvePod } from './pod.ts'

/**
 * Stops all containers of a pod side by side, and its holder when they have ended. Those that do not run stay as
 * they are.
 *
 * @returns undefined where there is none and that was to be ignored
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-pod-stop(1)
 */
export async function stopPod(
  engine: Engine,
  ref: string,
  { ignoreMissing, ...how }: StopHow & { readonly ignoreMissing?: boolean },
): Promise<PodOutcome | undefined> {
  if (ignoreMissing && !engine.storage.pods.find(ref)) return undefined
  const pod = resolvePod(engine, ref)
  const results = await stopContainers(engine, pod, how)
  recordPodEvent(engine, pod.row, 'stop')
  return outcomeOf(pod.row, results)
}

/** The holder waits for the others: it has their network. */
export async function stopContainers(
  engine: Engine,
  { row, containers }: Pod,
  how: StopHow,
): Promise<PromiseSettledResult<unknown>[]> {
  const stop = (id: string) => stopContainer(engine, id, { ...how, ignoreMissing: true })
  const members = containers.filter(({ id }) => id !== row.infraId)
  const ended = await Promise.allSettled(members.map(({ id }) => stop(id)))
  const holder = row.infraId === null ? [] : await Promise.allSettled([stop(row.infraId)])
  return [...ended, ...holder]
}
