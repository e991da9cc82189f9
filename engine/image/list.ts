import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'
import { descendantsOf, parentOf } from './family.ts'
import { hasName, parseImageFilters } from './filter.ts'
import { listAsImage } from './manifest-list.ts'

export type { Image } from '../../storage/images/image.ts'

/** An image, or a manifest list that looks like one, and its place among the others. */
export interface ListedImage extends Image {
  /** how many containers use it */
  readonly containers: number
  /** id of the image it was built on, or '' */
  readonly parentId: string
  /** without a name, and another image was built on it */
  readonly isIntermediate: boolean
  readonly isManifestList: boolean
}

export interface ImageListOptions {
  /** intermediate images too */
  readonly all?: boolean
  /** `key=value`: see parseImageFilters */
  readonly filters?: readonly string[]
  /** only images with this name, in which `*` stands for anything but a `/` */
  readonly reference?: string
}

/**
 * Images and manifest lists in storage, newest first.
 *
 * @throws {TspodError} E_BAD_FILTER, E_IMAGE_NOT_FOUND: of a filter that compares with an image
 * @see podman-images(1)
 */
export function listImages(engine: Engine, options: ImageListOptions = {}): ListedImage[] {
  const filters = options.filters ?? []
  const matches = parseImageFilters(filters, {
    nowMs: Date.now(),
    createdAtMs: (ref) => engine.storage.images.resolve(ref).createdAtMs,
  })
  const isNamed = options.reference === undefined ? () => true : hasName(options.reference)
  const isAll = options.all || filters.some((filter) => /^(intermediate|id)=/.test(filter))
  return everyImage(engine).filter((image) => (isAll || !image.isIntermediate) && matches(image) && isNamed(image))
}

/** All there is, newest first. */
export function everyImage(engine: Engine): ListedImage[] {
  const { images, manifestLists } = engine.storage
  const all = images.list()
  const lists = manifestLists.list().map(
    (list): ListedImage => ({
      ...listAsImage(list),
      containers: 0,
      parentId: '',
      isIntermediate: false,
      isManifestList: true,
    }),
  )
  const listed = all.map(
    (image): ListedImage => ({
      ...image,
      containers: images.containersOf(image.id).length,
      parentId: parentOf(image, all)?.id ?? '',
      isIntermediate: image.names.length === 0 && descendantsOf(image, all).length > 0,
      isManifestList: false,
    }),
  )
  return [...lists, ...listed].sort((one, other) => other.createdAtMs - one.createdAtMs)
}
