import { TspodError } from '../../base/errors.ts'
import type { Digest } from './digest.ts'

export function blobMismatch(expected: Digest, actual: string): TspodError {
  return new TspodError('E_DIGEST_MISMATCH', `a blob is not what was asked for: expected ${expected}, got ${actual}`)
}

export function blobSizeMismatch(digest: string, expectedBytes: number, actual: string): TspodError {
  return new TspodError('E_BLOB_SIZE', `blob ${digest} should have ${expectedBytes} bytes and has ${actual}`)
}

export function blobMissing(digest: Digest): TspodError {
  return new TspodError('E_BLOB_MISSING', `blob ${digest} is not in storage, or damaged`, {
    hint: 'pull the image again with --pull=always',
  })
}
