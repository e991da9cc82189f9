import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readBounded, writeAll } from '../../base/files.ts'
import type { StoragePaths } from '../paths.ts'
import { temporaryPath } from '../temporary.ts'
import { type Digest, digestOfHex } from './digest.ts'
import { blobMismatch, blobMissing } from './errors.ts'
import { type ReceiveOptions, receiveBlob } from './receive-blob.ts'

export interface BlobDescriptor {
  readonly digest: Digest
  readonly sizeBytes: number
}

/** Blobs by their digest. What is in it under a digest has that digest. */
export interface ContentStore {
  /** True where the blob is there, and whole as far as its size tells. */
  hasBlob(blob: BlobDescriptor): boolean
  /** @throws {TspodError} E_BLOB_MISSING; E_FILE_TOO_LARGE: more than `maxBytes` */
  readBlob(digest: Digest, maxBytes: number): Buffer
  /** @throws {TspodError} E_BLOB_MISSING */
  openBlob(blob: BlobDescriptor): AsyncIterable<Uint8Array>
  /** Stores a small blob, such as a manifest, so that it survives a power cut. */
  putBlob(bytes: Uint8Array, expected?: Digest): Digest
  /**
   * Stores what the stream brings, which must be exactly the blob.
   * @throws {TspodError} E_DIGEST_MISMATCH, E_BLOB_SIZE
   */
  writeBlob(stream: AsyncIterable<Uint8Array>, expectedDigest: Digest, expectedSizeBytes: number): Promise<void>
  /** As `writeBlob`, for a large blob that may come in several attempts. See receiveBlob. */
  receiveBlob(blob: BlobDescriptor, options: ReceiveOptions): Promise<void>
}

export function openContentStore(paths: StoragePaths): ContentStore {
  const store: ContentStore = {
    hasBlob: ({ digest, sizeBytes }) => sizeOf(paths.blob(digest)) === sizeBytes,
    readBlob(digest, maxBytes) {
      try {
        return readBounded(paths.blob(digest), maxBytes)
      } catch (error) {
        throw isErrno(error, 'ENOENT') ? blobMissing(digest) : error
      }
    },
    openBlob(blob) {
      if (!store.hasBlob(blob)) throw blobMissing(blob.digest)
      return createReadStream(paths.blob(blob.digest), { highWaterMark: 1 << 18 })
    },
    putBlob(bytes, expected) {
      const digest = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
      if (expected !== undefined && expected !== digest) throw blobMismatch(expected, digest)
      if (!store.hasBlob({ digest, sizeBytes: bytes.byteLength })) publish(paths, digest, bytes)
      return digest
    },
    async writeBlob(stream, digest, sizeBytes) {
      const blob = { digest, sizeBytes }
      if (!store.hasBlob(blob)) await receiveBlob(paths, blob, { open: () => stream, resume: false })
    },
    async receiveBlob(blob, options) {
      if (!store.hasBlob(blob)) await receiveBlob(paths, blob, options)
    },
  }
  return store
}

/**
 * Not synced: on ext4 that waits until every file of the layers unpacked just before is on the
 * disk. What a power cut takes is noticed by its size and fetched again by its digest.
 */
function publish(paths: StoragePaths, digest: Digest, bytes: Uint8Array): void {
  const temporary = temporaryPath(paths.temporary, 'blob')
  const fd = openSync(temporary, 'wx', 0o600)
  try {
    writeAll(fd, bytes)
    renameSync(temporary, paths.blob(digest))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}
