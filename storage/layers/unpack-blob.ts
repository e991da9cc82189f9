import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { type Digest, digestOfHex } from '../content/digest.ts'
import { decompressAll } from './decompress-all.ts'
import { createTarReader } from './tar-reader.ts'
import { createUnpacker, type UnpackResult } from './unpacker.ts'

export interface UnpackJob {
  /** a directory to make; what is in it after a failure is the caller's to remove */
  readonly target: string
  /** of the plain tar */
  readonly diffId: Digest
}

export interface UnpackedLayer extends UnpackResult {
  /** of the plain tar */
  readonly tarBytes: number
}

/**
 * Unpacks a layer as it comes: compressed bytes → tar → files, with the digest of the tar on the way.
 *
 * The files are there before the digest is known: only a caller that got an answer may use them.
 *
 * @throws {TspodError} E_LAYER_INVALID, E_LAYER_UNSAFE, E_LAYER_UNSUPPORTED
 * @throws {TspodError} E_DIFF_ID_MISMATCH: not the layer that the image's configuration speaks of
 */
export async function unpackBlob(source: AsyncIterable<Buffer>, job: UnpackJob): Promise<UnpackedLayer> {
  mkdirSync(job.target, { mode: 0o700 })
  const unpacker = createUnpacker(job.target, { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 })
  const reader = createTarReader(unpacker)
  const hash = createHash('sha256')
  let tarBytes = 0
  try {
    await decompressAll(source, (chunk) => {
      hash.update(chunk)
      tarBytes += chunk.length
      reader.push(chunk)
    })
    reader.finish()
    const actual = digestOfHex(hash.digest('hex'))
    if (actual !== job.diffId) throw diffIdMismatch(job.diffId, actual)
    return { ...unpacker.finish(), tarBytes }
  } finally {
    unpacker.abort()
  }
}

function diffIdMismatch(expected: Digest, actual: Digest): TspodError {
  return new TspodError(
    'E_DIFF_ID_MISMATCH',
    `a layer is not the one its image speaks of: expected ${expected}, got ${actual}`,
  )
}
