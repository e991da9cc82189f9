import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { forgetMaker } from './maker.ts'
import { type NewContainerIo, newContainer } from './new-container.ts'

/**
 * Makes a container as `run` would, and leaves it to be started later.
 *
 * @throws {TspodError} what `newContainer` throws
 * @see podman-create(1)
 */
export async function createOnly(engine: Engine, asked: RunRequest, io: NewContainerIo): Promise<{ id: string }> {
  const { row } = await newContainer(engine, asked, io)
  forgetMaker(engine.containerDir(row.id))
  return { id: row.id }
}
