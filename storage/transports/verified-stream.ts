import { createHash } from 'node:crypto'
import type { BlobDescriptor } from '../content/content-store.ts'
import { digestOfHex } from '../content/digest.ts'
import { blobMismatch, blobSizeMismatch } from '../content/errors.ts'

/**
 * The bytes of a blob from `offset` on, of a stream that begins at its beginning. Ends in an error
 * where the stream is not the blob.
 *
 * @throws {TspodError} E_DIGEST_MISMATCH, E_BLOB_SIZE
 */
export async function* verifiedStream(
  stream: AsyncIterable<Uint8Array>,
  { digest, sizeBytes }: BlobDescriptor,
  offset = 0,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let count = 0
  for await (const chunk of stream) {
    const before = count
    count += chunk.byteLength
    if (count > sizeBytes) throw blobSizeMismatch(digest, sizeBytes, 'more')
    hash.update(chunk)
    if (count === sizeBytes) check(digest, digestOfHex(hash.digest('hex')))
    if (count > offset) yield before >= offset ? chunk : chunk.subarray(offset - before)
  }
  if (count < sizeBytes) throw blobSizeMismatch(digest, sizeBytes, `${count}`)
  if (sizeBytes === 0) check(digest, digestOfHex(hash.digest('hex')))
}

/** Before the last piece is given away: whoever gets it may take the blob for complete. */
function check(expected: string, actual: string): void {
  if (expected !== actual) throw blobMismatch(digestOfHex(expected.slice('sha256:'.length)), actual)
}

/** All of a small blob. @throws {TspodError} as verifiedStream */
export async function readVerified(stream: AsyncIterable<Uint8Array>, blob: BlobDescriptor): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of verifiedStream(stream, blob)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
