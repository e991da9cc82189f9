import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import type { Digest } from '../../storage/content/digest.ts'
import { asCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'

/**
 * Writes the digest of a manifest for a script to read: without a newline, as podman does. Into the
 * file that is there, which may be a pipe or `/dev/stdout`.
 *
 * @throws {TspodError} E_NO_DIGEST_FILE
 */
export function writeDigestFile(engine: Engine, file: string, digest: Digest): void {
  try {
    asCaller(engine, () => writeFileSync(resolve(engine.cwd, file), digest, { mode: 0o644 }))
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR', 'EROFS', 'ENOSPC', 'ENXIO')) throw error
    throw new TspodError('E_NO_DIGEST_FILE', `the image is pushed, but ${file} cannot be written: ${error.code}`, {
      cause: error,
    })
  }
}
