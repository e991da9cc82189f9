import { mkdirSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import { findMount, forgetMount, mountedIds, mountTree, unmountTree } from './mount-tree.ts'

export interface MountedImage {
  readonly image: Image
  /** where its files are to be seen */
  readonly path: string
}

/**
 * Shows the files of an image, read-only, at a path: see mountTree.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF, E_MOUNT_UNSUPPORTED
 * @see podman-image-mount(1)
 */
export async function mountImage(engine: Engine, ref: string): Promise<MountedImage> {
  const image = engine.storage.images.resolve(ref)
  if (engine.storage.driverChoice().driver === 'vfs') throw nothingToMount()
  const { paths } = engine.storage
  const directories = image.layers.map(({ chainId }) => paths.layer(chainId)).reverse()
  recordImageEvent(engine, 'mount', { id: image.id, name: image.names[0] ?? image.id })
  if (directories.length === 0) return { image, path: ensureEmpty(paths.emptyLayer) }
  const path = await mountTree(engine, { id: image.id, directories })
  if (engine.storage.images.find(image.id)) return { image, path }
  forgetMount(engine, image.id)
  return { image: engine.storage.images.resolve(image.id), path } // says that it has gone meanwhile
}

function ensureEmpty(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o755 })
  return path
}

/** The images that are mounted. */
export function mountedImages(engine: Engine): MountedImage[] {
  return mountedIds(engine).flatMap((id) => {
    const image = engine.storage.images.find(id)
    const path = findMount(engine, id)
    return image && path !== undefined ? [{ image, path }] : []
  })
}

/**
 * Ends what `mountImage` began. Returns the id.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF, E_MOUNT_BUSY
 * @throws {TspodError} E_NOT_MOUNTED, unless `force` is given
 */
export async function unmountImage(
  engine: Engine,
  ref: string,
  options: { readonly force?: boolean } = {},
): Promise<string> {
  const { id, names } = engine.storage.images.resolve(ref)
  if (!(await unmountTree(engine, id)) && !options.force) {
    throw new TspodError('E_NOT_MOUNTED', `image ${ref} is not mounted`, {
      hint: 'list what is mounted with "tspod image mount"',
    })
  }
  recordImageEvent(engine, 'unmount', { id, name: names[0] ?? id })
  return id
}

function nothingToMount(): TspodError {
  return new TspodError('E_MOUNT_UNSUPPORTED', 'the storage driver vfs mounts nothing', {
    hint: 'see "tspod info" for why it is used, or look at the files in a container',
  })
}
