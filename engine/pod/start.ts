import { startExisting } from '../container/start-existing.ts'
import type { Engine } from '../engine.ts'
import { recordPodEvent } from './event.ts'
import { outcomeOf, type PodOutcome } from './outcome.ts'
import { containersFor, resolvePod } from './pod.ts'

/**
 * Starts all containers of a pod that do not run, its holder first. One that cannot be started does not keep the
 * others from it.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-pod-start(1)
 */
export async function startPod(engine: Engine, ref: string): Promise<PodOutcome> {
  const pod = resolvePod(engine, ref)
  const results: PromiseSettledResult<unknown>[] = []
  // One after the other, as this process has to be in the cgroup of the one it starts.
  for (const { id } of containersFor(pod, 'start')) {
    results.push(...(await Promise.allSettled([startExisting(engine, id)])))
  }
  recordPodEvent(engine, pod.row, 'start')
  return outcomeOf(pod.row, results)
}
