import type { Digest } from '../content/digest.ts'
import type { Image } from '../images/image.ts'

/**
 * Repositories on `registry` that should have a blob, as an image that has it came from there or
 * went there: what `mountFrom` of a registry's sink wants. In the order of the images.
 */
export function knownRepositories(images: readonly Image[], blob: Digest, registry: string): readonly string[] {
  const start = `${registry}/`
  const paths = images
    .filter((image) => blob.endsWith(image.id) || image.layers.some(({ blobDigest }) => blobDigest === blob))
    .flatMap(({ repoDigests }) => repoDigests)
    .filter((reference) => reference.startsWith(start))
    .map((reference) => reference.slice(start.length, reference.indexOf('@')))
  return [...new Set(paths)]
}
