import { pauseContainer } from '../container/pause.ts'
import type { Engine } from '../engine.ts'
import { eachContainer } from './each-container.ts'
import type { PodOutcome } from './outcome.ts'

/**
 * Holds the processes of all containers that run.
 *
 * @throws {TspodError} what `eachContainer` throws
 * @see podman-pod-pause(1)
 */
export function pausePod(engine: Engine, ref: string): Promise<PodOutcome> {
  return eachContainer(engine, ref, { verb: 'pause', action: (id) => pauseContainer(engine, id) })
}
