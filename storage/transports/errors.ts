import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import { explainNoSpace } from '../errors.ts'

/** @param name of the archive or directory, as the user named it */
export function badArchive(name: string, problem: string, cause?: unknown): TspodError {
  return new TspodError('E_BAD_ARCHIVE', `${name}: ${problem}`, cause === undefined ? {} : { cause })
}

/** What the tar reader and the decompressors say of layers, said of an archive. Any other error comes back as it is. */
export function asArchiveError(name: string, error: unknown): unknown {
  if (!(error instanceof TspodError) || !error.code.startsWith('E_LAYER_')) return error
  return badArchive(name, `not an image archive: ${messageOf(error).replace(/^the layer [a-z ]*: /, '')}`, error)
}

export function notThere(name: string, cause?: unknown): TspodError {
  return new TspodError('E_NO_SUCH_FILE', `${name} does not exist`, cause === undefined ? {} : { cause })
}

export function missingBlob(name: string, digest: Digest): TspodError {
  return badArchive(name, `it speaks of the blob ${digest}, which it does not have`)
}

export function noSuchImage(name: string, wanted: string, has: readonly string[]): TspodError {
  const some = has.slice(0, 20).join(', ').slice(0, 1000)
  return new TspodError('E_IMAGE_NOT_FOUND', `${name} has no image ${wanted}`, {
    ...(has.length > 0 && { hint: `it has ${some}` }),
  })
}

export function severalImages(name: string, has: readonly string[]): TspodError {
  const some = has.slice(0, 20).join(', ').slice(0, 1000)
  return new TspodError('E_SEVERAL_IMAGES', `${name} has ${has.length} images`, {
    hint: `say which, as in ${name}:@0${some === '' ? '' : `, or by name: ${some}`}`,
  })
}

/** What went wrong when `path` was written, in words where we have them. */
export function explainWrite(error: unknown, path: string): unknown {
  if (!isErrno(error, 'EACCES', 'EEXIST', 'EISDIR', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS')) {
    return explainNoSpace(error, path)
  }
  const reason = WRITE_PROBLEMS[error.code ?? ''] ?? `${error.code}`
  return new TspodError('E_CANNOT_WRITE', `cannot write ${path}: ${reason}`, { cause: error })
}

const WRITE_PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it is no directory',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such directory',
  ENOTDIR: 'it is below something that is no directory',
  EROFS: 'the file system is read-only',
}
