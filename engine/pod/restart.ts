import type { StopHow } from '../container/stop-locked.ts'
import type { Engine } from '../engine.ts'
import { recordPodEvent } from './event.ts'
import type { PodOutcome } from './outcome.ts'
import { resolvePod } from './pod.ts'
import { startPod } from './start.ts'
import { stopContainers } from './stop.ts'

/**
 * Stops all containers of a pod, and starts them again: with the holder their namespaces are new ones.
 *
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-pod-restart(1)
 */
export async function restartPod(engine: Engine, ref: string, how: StopHow): Promise<PodOutcome> {
  const pod = resolvePod(engine, ref)
  const results = await stopContainers(engine, pod, how)
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const started = await startPod(engine, pod.row.id)
  recordPodEvent(engine, pod.row, 'restart')
  return { pod: pod.row, failures: [...failures, ...started.failures] }
}
