import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, ftruncateSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { writeAll } from '../../base/files.ts'
import type { StoragePaths } from '../paths.ts'
import type { BlobDescriptor } from './content-store.ts'
import { digestOfHex } from './digest.ts'
import { blobMismatch, blobSizeMismatch } from './errors.ts'

export interface ReceiveOptions {
  /** The bytes from `offset` on. */
  readonly open: (offset: number) => AsyncIterable<Uint8Array>
  /** go on where an earlier attempt stopped; else that is thrown away */
  readonly resume?: boolean
  /** Called when so many bytes from the beginning can be read from the file `path`. They are not verified yet. */
  readonly onBytes?: (path: string, availableBytes: number) => void
}

const READ_BYTES = 1 << 18

/**
 * Fetches a blob into `tmp/partial-…`, then moves it into place once it is complete and right.
 * The caller holds the blob's lock.
 *
 * What came before an interruption stays there for the next attempt; what turns out to be wrong
 * is removed. The blob is not flushed to the disk: it can be fetched again by its digest, and one
 * that a power cut shortened is noticed by its size. Flushing 700 MB would take seconds.
 *
 * @throws {TspodError} E_DIGEST_MISMATCH, E_BLOB_SIZE
 */
export async function receiveBlob(paths: StoragePaths, blob: BlobDescriptor, options: ReceiveOptions): Promise<void> {
  const path = paths.partialBlob(blob.digest)
  const hash = createHash('sha256')
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | (options.resume ? 0 : constants.O_TRUNC), 0o600)
  try {
    let received = hashExisting(fd, hash, blob.sizeBytes)
    if (received > 0) options.onBytes?.(path, received)
    if (received < blob.sizeBytes || received === 0) {
      for await (const chunk of options.open(received)) {
        received += chunk.byteLength
        if (received > blob.sizeBytes) throw wrong(path, blobSizeMismatch(blob.digest, blob.sizeBytes, 'more'))
        hash.update(chunk)
        writeAll(fd, chunk)
        options.onBytes?.(path, received)
      }
    }
    if (received < blob.sizeBytes) throw blobSizeMismatch(blob.digest, blob.sizeBytes, `${received}`)
    const digest = digestOfHex(hash.digest('hex'))
    if (digest !== blob.digest) throw wrong(path, blobMismatch(blob.digest, digest))
    renameSync(path, paths.blob(blob.digest))
  } catch (error) {
    // A full disk needs the space more than the next attempt needs the part.
    if (isErrno(error, 'ENOSPC', 'EDQUOT')) rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Hashes what an earlier attempt left, and stands behind it in the file. More than the blob can have is thrown away. */
function hashExisting(fd: number, hash: Hash, maxBytes: number): number {
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let total = 0
  for (;;) {
    const count = readSync(fd, buffer)
    if (count === 0) return total
    total += count
    if (total > maxBytes) {
      ftruncateSync(fd, maxBytes)
      hash.update(buffer.subarray(0, count - (total - maxBytes)))
      return maxBytes
    }
    hash.update(buffer.subarray(0, count))
  }
}

function wrong(path: string, error: Error): Error {
  rmSync(path, { force: true })
  return error
}
