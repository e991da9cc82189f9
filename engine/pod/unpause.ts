import { unpauseContainer } from '../container/unpause.ts'
import type { Engine } from '../engine.ts'
import { eachContainer } from './each-container.ts'
import type { PodOutcome } from './outcome.ts'

/**
 * Lets the processes of all containers that are paused go on.
 *
 * @throws {TspodError} what `eachContainer` throws
 * @see podman-pod-unpause(1)
 */
export function unpausePod(engine: Engine, ref: string): Promise<PodOutcome> {
  return eachContainer(engine, ref, { verb: 'unpause', action: (id) => unpauseContainer(engine, id) })
}
