import { settledRequest } from '../config/settled-request.ts'
import type { Engine } from '../engine.ts'
import { ensureImage, type PullIo } from '../image/ensure.ts'
import type { RunRequest } from '../request.ts'
import { createContainer } from './create.ts'
import { forgetMaker } from './maker.ts'

/**
 * Makes a container as `run` would, and leaves it to be started later.
 *
 * @throws {TspodError} what `ensureImage` and `createContainer` throw
 * @see podman-create(1)
 */
export async function createOnly(
  engine: Engine,
  asked: RunRequest,
  options: PullIo & { readonly onImage?: () => void },
): Promise<{ id: string }> {
  const { request } = await settledRequest(engine, asked)
  const image = await ensureImage(engine, request, options)
  options.onImage?.()
  const { id } = await createContainer(engine, request, image)
  forgetMaker(engine.containerDir(id))
  return { id }
}
