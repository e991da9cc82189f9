import { createReadStream } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { CONTENT_LOCK } from '../collect.ts'
import { blobMissing } from '../content/errors.ts'
import type { Image } from '../images/image.ts'
import { readLayerRecord } from '../layers/layer-record.ts'
import type { Storage } from '../open.ts'
import { MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import type { ImageSource } from './image-place.ts'

const LOCK_TIMEOUT_MS = 600_000

/** An image of storage with its blobs exactly as they came. Nothing of it is removed until this is disposed of. */
export async function storageSource(storage: Storage, image: Image): Promise<ImageSource> {
  const { content, paths } = storage
  const held = await holdContent(storage)
  const top = { mediaType: image.manifestMediaType, digest: image.manifestDigest, bytes: readTop(storage, image, held) }
  return {
    name: image.names[0] ?? image.id,
    async readDocument(digest = top.digest) {
      if (digest === top.digest) return top
      return { mediaType: '', digest, bytes: content.readBlob(digest, MAX_MANIFEST_BYTES) }
    },
    openBlob(blob, offset) {
      if (!content.hasBlob(blob)) throw blobMissing(blob.digest)
      return createReadStream(paths.blob(blob.digest), { start: offset, highWaterMark: 1 << 18 })
    },
    plainSizeOf({ digest }) {
      const layer = image.layers.find(({ blobDigest }) => blobDigest === digest)
      return layer && tarBytesOf(paths.layerRecord(layer.chainId))
    },
    [Symbol.asyncDispose]: async () => held[Symbol.dispose](),
  }
}

/** Keeps everything in storage, whatever is removed meanwhile, until this is disposed of. @throws {TspodError} E_LOCK_TIMEOUT */
export async function holdContent(storage: Storage): Promise<Disposable> {
  const waiting = { shared: true, doing: 'reading an image', timeoutMs: LOCK_TIMEOUT_MS }
  const lock = await storage.locks.acquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, waiting)
  return {
    [Symbol.dispose]() {
      lock[Symbol.dispose]()
      // What others wanted removed meanwhile had to wait for us.
      if (storage.hasGarbage()) storage.collectGarbage()
    },
  }
}

function readTop({ content }: Storage, image: Image, held: Disposable): Buffer {
  try {
    return content.readBlob(image.manifestDigest, MAX_MANIFEST_BYTES)
  } catch (error) {
    held[Symbol.dispose]()
    throw error
  }
}

/** Written when the layer was unpacked. What does not say it is measured. */
function tarBytesOf(record: string): number | undefined {
  try {
    return readLayerRecord(record).tarBytes
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
