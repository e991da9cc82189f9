import { TspodError } from '../../base/errors.ts'
import type { RemovedImage } from '../../storage/images/images.ts'
import { removeContainer } from '../container/remove.ts'
import type { Engine } from '../engine.ts'

export interface RemoveImageOptions {
  /** the containers that use it go too, and with an id all of its names */
  readonly force?: boolean
  readonly ignoreMissing?: boolean
}

/**
 * Takes a name from an image, and removes the image with its last one.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF, E_IMAGE_HAS_NAMES
 * @throws {TspodError} E_IMAGE_IN_USE: containers use it and `force` is not given
 * @see podman-rmi(1)
 */
export async function removeImage(engine: Engine, ref: string, options: RemoveImageOptions): Promise<RemovedImage> {
  const { images } = engine.storage
  const force = options.force ?? false
  const image = options.ignoreMissing ? images.find(ref) : images.resolve(ref)
  if (!image) return { untagged: [], deleted: undefined }
  try {
    return images.remove(ref, { force })
  } catch (error) {
    if (!(error instanceof TspodError && error.code === 'E_IMAGE_IN_USE')) throw error
  }
  const users = images.containersOf(image.id)
  if (!force) throw imageInUse(ref, users)
  for (const id of users) await removeContainer(engine, id, { force: true, ignoreMissing: true })
  return images.remove(ref, { force })
}

/** Source: podman-rmi(1), "Exit Status": 2 where a container uses the image. */
function imageInUse(ref: string, containerIds: readonly string[]): TspodError {
  const ids = containerIds.map((id) => id.slice(0, 12))
  const list = ids.join(', ')
  return new TspodError('E_IMAGE_IN_USE', `image ${ref} is in use by container${ids.length > 1 ? 's' : ''} ${list}`, {
    exitCode: 2,
    hint: `remove them first with "tspod rm ${ids.join(' ')}", or use "tspod rmi -f ${ref}"`,
  })
}
