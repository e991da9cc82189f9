import { TspodError } from '../../base/errors.ts'
import { removeContainer } from '../container/remove.ts'
import type { Engine } from '../engine.ts'

export interface RemoveImageOptions {
  /** the containers that use it go too */
  readonly force?: boolean
  readonly ignoreMissing?: boolean
}

export interface RemovedImage {
  readonly untagged: readonly string[]
  /** its id, where no other name was left */
  readonly deleted: string | undefined
}

/**
 * Takes a name from an image, and removes the image with its last one.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_IMAGE_IN_USE: containers use it and `force` is not given
 * @see podman-rmi(1)
 */
export async function removeImage(engine: Engine, ref: string, options: RemoveImageOptions): Promise<RemovedImage> {
  const { images } = engine.storage
  const image = options.ignoreMissing ? images.find(ref) : images.resolve(ref)
  if (!image) return { untagged: [], deleted: undefined }
  const isLastName = image.names.length <= 1 || image.id.startsWith(ref.replace(/^sha256:/, ''))
  if (isLastName) await releaseFromContainers(engine, ref, image.id, options.force ?? false)
  await images.remove(ref, { force: options.force ?? false })
  const after = images.find(image.id)
  return {
    untagged: image.names.filter((name) => !after?.names.includes(name)),
    deleted: after ? undefined : image.id,
  }
}

async function releaseFromContainers(engine: Engine, ref: string, imageId: string, force: boolean): Promise<void> {
  const users = engine.storage.containers.list().filter((row) => row.imageId === imageId)
  if (users.length === 0) return
  if (!force)
    throw imageInUse(
      ref,
      users.map(({ id }) => id.slice(0, 12)),
    )
  for (const { id } of users) await removeContainer(engine, id, { force: true, ignoreMissing: true })
}

/** Source: podman-rmi(1), "Exit Status": 2 where a container uses the image. */
function imageInUse(ref: string, containerIds: readonly string[]): TspodError {
  const list = containerIds.join(', ')
  return new TspodError(
    'E_IMAGE_IN_USE',
    `image ${ref} is in use by container${containerIds.length > 1 ? 's' : ''} ${list}`,
    {
      exitCode: 2,
      hint: `remove them first with "tspod rm ${containerIds.join(' ')}", or use "tspod rmi -f ${ref}"`,
    },
  )
}
