import { existsSync } from 'node:fs'
import { digestOfHex } from '../content/digest.ts'
import type { Storage } from '../open.ts'
import type { Image } from './image.ts'

/** Whether all of an image is in storage, as far as names and sizes tell: what is not has to be fetched again. */
export function isWhole({ content, layers, paths }: Storage, image: Image): boolean {
  const documents = [image.manifestDigest, digestOfHex(image.id)]
  return (
    documents.every((digest) => existsSync(paths.blob(digest))) &&
    image.layers.every(
      ({ blobDigest, blobSizeBytes, chainId }) =>
        content.hasBlob({ digest: blobDigest, sizeBytes: blobSizeBytes }) &&
        layers.has(chainId) &&
        existsSync(paths.layer(chainId)),
    )
  )
}
