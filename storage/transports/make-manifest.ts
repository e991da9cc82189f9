import { createHash } from 'node:crypto'
import type { BlobDescriptor } from '../content/content-store.ts'
import { digestOfHex } from '../content/digest.ts'
import { DOCKER_CONFIG, DOCKER_MANIFEST, layerType, OCI_CONFIG, OCI_MANIFEST } from '../registry/media-type.ts'
import type { ImageFormat, NewLayer } from './convert-manifest.ts'
import type { ImageDocument } from './image-place.ts'

/** The manifest of an image that has none, as it was made here, or comes from an archive without. Pure. */
export function makeManifest(config: BlobDescriptor, layers: readonly NewLayer[], format: ImageFormat): ImageDocument {
  const mediaType = format === 'oci' ? OCI_MANIFEST : DOCKER_MANIFEST
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: format === 'oci' ? OCI_CONFIG : DOCKER_CONFIG,
        digest: config.digest,
        size: config.sizeBytes,
      },
      layers: layers.map(({ digest, sizeBytes, compression }) => ({
        mediaType: layerType(format, compression),
        digest,
        size: sizeBytes,
      })),
    }),
  )
  return { mediaType, digest: digestOfHex(createHash('sha256').update(bytes).digest('hex')), bytes }
}
