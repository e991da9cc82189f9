import { createHash } from 'node:crypto'
import { digestOfHex } from '../../storage/content/digest.ts'
import { type Image, NO_CONFIG } from '../../storage/images/image.ts'
import { formatFor, type ManifestList, renderIndex } from '../../storage/images/manifest-list.ts'

/** A manifest list as `images` shows it: an image without layers, as large as its document. Pure. */
export function listAsImage(list: ManifestList): Image {
  const { bytes, index } = indexDocument(list)
  return {
    id: list.id,
    manifestDigest: digestOfHex(createHash('sha256').update(bytes).digest('hex')),
    manifestMediaType: index.mediaType,
    config: NO_CONFIG,
    layers: [],
    names: list.names,
    repoDigests: [],
    createdAtMs: list.createdAtMs,
    sizeBytes: bytes.byteLength,
  }
}

/** The index as it would be pushed. Pure. */
export function indexDocument(list: ManifestList, format = formatFor(list.entries)) {
  const index = renderIndex(list, format)
  return { index, bytes: Buffer.from(JSON.stringify(index)) }
}
