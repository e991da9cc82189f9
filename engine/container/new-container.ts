import type { ContainerRow } from '../../storage/state/container-row.ts'
import { settledRequest } from '../config/settled-request.ts'
import type { Engine } from '../engine.ts'
import { ensureImage, type PullIo } from '../image/ensure.ts'
import type { RunRequest } from '../request.ts'
import { createContainer } from './create.ts'

export interface NewContainerIo extends PullIo {
  /** called once the image is here: whoever shows the pull must be done before the container writes */
  readonly onImage?: () => void
}

/**
 * Makes a container of what the user asks for: in its pod, with what containers.conf says, and after its image
 * is here. A pod that was made for it goes again where it fails.
 *
 * @throws {TspodError} what `intoPod`, `ensureImage` and `createContainer` throw
 */
export async function newContainer(
  engine: Engine,
  asked: RunRequest,
  io: NewContainerIo,
): Promise<{ readonly row: ContainerRow; readonly request: RunRequest }> {
  if (asked.pod === undefined && asked.podIdFile === undefined) return await make(engine, asked, io)
  const { intoPod } = await import('../pod/into-pod.ts')
  const member = await intoPod(engine, asked)
  try {
    return await make(engine, member.request, io)
  } catch (error) {
    await member.undo()
    throw error
  }
}

async function make(engine: Engine, asked: RunRequest, io: NewContainerIo) {
  const { request } = await settledRequest(engine, asked)
  const image = await ensureImage(engine, request, io)
  io.onImage?.()
  return { row: await createContainer(engine, request, image), request }
}
