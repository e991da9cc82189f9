import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, renameSync, rmSync } from 'node:fs'
import { writeAll } from '../../base/files.ts'
import type { BlobDescriptor } from '../content/content-store.ts'
import { type Digest, digestOfHex } from '../content/digest.ts'
import { blobMissing } from '../content/errors.ts'
import { explainNoSpace } from '../errors.ts'
import type { Storage } from '../open.ts'
import { parseManifest } from '../registry/manifest.ts'
import { temporaryPath } from '../temporary.ts'
import type { ImageFormat, NewLayer } from '../transports/convert-manifest.ts'
import { makeManifest } from '../transports/make-manifest.ts'
import type { Image } from './image.ts'
import type { PullObserver } from './progress.ts'
import { storeImage } from './store-image.ts'

/** A layer that was made here, in a file of our own; its digest is its diff id. Removed when it is disposed of. */
export interface MadeLayer extends Disposable {
  readonly blob: BlobDescriptor
  readonly file: string
}

/** Something that takes the bytes of a layer. Disposed of before it is finished, nothing is left of it. */
export interface LayerFile extends Disposable {
  write(bytes: Uint8Array): void
  /** The whole layer, which is the caller's to dispose of. */
  finish(): MadeLayer
}

/** @throws {TspodError} E_NO_SPACE: from `write` */
export function openLayerFile(storage: Storage): LayerFile {
  const file = temporaryPath(storage.paths.temporary, 'made')
  const hash = createHash('sha256')
  const fd = openSync(file, 'wx', 0o600)
  const state = { isOpen: true, isFinished: false, sizeBytes: 0 }
  const close = (): void => {
    if (state.isOpen) closeSync(fd)
    state.isOpen = false
  }
  const remove = (): void => {
    close()
    rmSync(file, { force: true })
  }
  return {
    write(bytes) {
      hash.update(bytes)
      state.sizeBytes += bytes.byteLength
      try {
        writeAll(fd, bytes)
      } catch (error) {
        throw explainNoSpace(error, storage.paths.root)
      }
    },
    finish() {
      close()
      state.isFinished = true
      const blob = { digest: digestOfHex(hash.digest('hex')), sizeBytes: state.sizeBytes }
      return { blob, file, [Symbol.dispose]: remove }
    },
    [Symbol.dispose]: () => {
      if (!state.isFinished) remove()
    },
  }
}

export interface MadeImage {
  /** without `rootfs.diff_ids`, which come from the layers */
  readonly config: Readonly<Record<string, unknown>>
  /** layers of other images, with their diff ids, bottom first */
  readonly below: readonly (NewLayer & { readonly diffId: Digest })[]
  readonly layer: MadeLayer
  readonly format: ImageFormat
  /** full references */
  readonly names: readonly string[]
}

/**
 * Keeps an image that was made here: what is below it, and one layer more. Nothing shows of it
 * before it is whole.
 *
 * @throws {TspodError} what storeImage throws
 */
export async function storeMade(storage: Storage, made: MadeImage, observer: PullObserver = {}): Promise<Image> {
  const { layer, below, format } = made
  const diffIds = [...below.map(({ diffId }) => diffId), layer.blob.digest]
  const bytes = Buffer.from(JSON.stringify({ ...made.config, rootfs: { type: 'layers', diff_ids: diffIds } }))
  const config = { digest: digestOfHex(createHash('sha256').update(bytes).digest('hex')), sizeBytes: bytes.byteLength }
  const document = makeManifest(config, [...below, { ...layer.blob, compression: 'none' }], format)
  const manifest = parseManifest(document.bytes, document.mediaType)
  if (manifest.kind !== 'manifest') throw new Error('a manifest that is none')
  const source = {
    async *open({ digest }: BlobDescriptor, offset: number): AsyncGenerator<Uint8Array> {
      if (digest === config.digest) yield bytes.subarray(offset)
      else if (digest === layer.blob.digest) yield* createReadStream(layer.file, { start: offset })
      else throw blobMissing(digest)
    },
    take({ digest }: BlobDescriptor, path: string): boolean {
      if (digest !== layer.blob.digest) return false
      renameSync(layer.file, path)
      return true
    },
  }
  const incoming = { manifest, manifestDigest: document.digest, documents: [document.bytes], source }
  return await storeImage(storage, { ...incoming, names: made.names, repoDigests: [] }, observer)
}
