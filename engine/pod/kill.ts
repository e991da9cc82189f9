import { killContainer } from '../container/kill.ts'
import type { Engine } from '../engine.ts'
import { eachContainer } from './each-container.ts'
import type { PodOutcome } from './outcome.ts'

/**
 * Sends a signal to the first process of each container that runs.
 *
 * @throws {TspodError} what `eachContainer` throws
 * @see podman-pod-kill(1)
 */
export function killPod(engine: Engine, ref: string, signal: number): Promise<PodOutcome> {
  return eachContainer(engine, ref, { verb: 'kill', action: (id) => killContainer(engine, id, signal) })
}
