import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'
import { descendantsOf } from './family.ts'

export interface TreeLayer {
  readonly chainId: string
  readonly sizeBytes: number
  /** names of the images that end with this layer */
  readonly topOf: readonly string[]
}

export interface ImageTree {
  readonly id: string
  readonly names: readonly string[]
  readonly sizeBytes: number
  readonly layers: readonly TreeLayer[]
}

/**
 * The layers of an image, the bottom one first; with `whatRequires` its top layer and those that
 * other images have on it.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-image-tree(1)
 */
export function imageTree(engine: Engine, ref: string, options: { readonly whatRequires?: boolean } = {}): ImageTree {
  const { images } = engine.storage
  const image = images.resolve(ref)
  const all = images.list()
  const layers = options.whatRequires ? layersAbove(image, all) : image.layers
  return {
    id: image.id,
    names: image.names,
    sizeBytes: image.sizeBytes,
    layers: layers.map(({ chainId, unpackedSizeBytes }) => ({
      chainId,
      sizeBytes: unpackedSizeBytes,
      topOf: all.filter((other) => other.layers.at(-1)?.chainId === chainId).flatMap(({ names }) => names),
    })),
  }
}

/** The image's top layer, and each of its children's further ones once. */
function layersAbove(image: Image, all: readonly Image[]): Image['layers'] {
  const above = [image, ...descendantsOf(image, all)].flatMap(({ layers }) => layers.slice(image.layers.length - 1))
  return [...new Map(above.map((layer) => [layer.chainId, layer])).values()]
}
