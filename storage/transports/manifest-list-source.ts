import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { BlobDescriptor } from '../content/content-store.ts'
import { type Digest, digestOfHex } from '../content/digest.ts'
import { blobMissing } from '../content/errors.ts'
import { type ListFormat, type ManifestList, renderIndex } from '../images/manifest-list.ts'
import type { Storage } from '../open.ts'
import { MAX_MANIFEST_BYTES, parseManifest } from '../registry/manifest.ts'
import type { ImageDocument, ImageSource } from './image-place.ts'

export interface ManifestListPlace {
  readonly format: ListFormat
  /** Opens the repository that an entry came from, `docker.io/library/alpine`. */
  readonly open: (repository: string) => ImageSource
}

/**
 * A manifest list and its images: their manifests are in storage, their blobs there or where the
 * images came from.
 */
export function manifestListSource(storage: Storage, list: ManifestList, place: ManifestListPlace): ImageSource {
  const opened = new Map<string, ImageSource>()
  const repositories = new Map<Digest, string>()
  const repositoryOf = (blob: BlobDescriptor): ImageSource => {
    const repository = repositories.get(blob.digest)
    if (repository === undefined || repository === '') throw blobMissing(blob.digest)
    const source = opened.get(repository) ?? place.open(repository)
    opened.set(repository, source)
    return source
  }

  const readEntry = (digest: Digest): ImageDocument => {
    const entry = list.entries.find((one) => one.digest === digest)
    const bytes = storage.content.readBlob(digest, MAX_MANIFEST_BYTES)
    const mediaType = entry?.mediaType ?? ''
    const manifest = parseManifest(bytes, mediaType)
    if (manifest.kind === 'manifest') {
      for (const blob of [manifest.config, ...manifest.layers]) repositories.set(blob.digest, entry?.repository ?? '')
    }
    return { mediaType: manifest.mediaType, digest, bytes }
  }

  return {
    name: list.names[0] ?? list.id,
    readDocument: async (digest) => (digest === undefined ? topOf(list, place.format) : readEntry(digest)),
    openBlob: (blob, offset) =>
      storage.content.hasBlob(blob)
        ? createReadStream(storage.paths.blob(blob.digest), { start: offset, highWaterMark: 1 << 18 })
        : repositoryOf(blob).openBlob(blob, offset),
    async [Symbol.asyncDispose]() {
      for (const source of opened.values()) await source[Symbol.asyncDispose]()
    },
  }
}

function topOf(list: ManifestList, format: ListFormat): ImageDocument {
  const index = renderIndex(list, format)
  const bytes = Buffer.from(JSON.stringify(index))
  const digest = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
  return { mediaType: index.mediaType, digest, bytes }
}
