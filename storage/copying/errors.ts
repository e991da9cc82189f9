import { isErrno, messageOf, TspodError } from '../../base/errors.ts'
import { explainNoSpace } from '../errors.ts'

export function cannotOverwrite(path: string, kind: 'directory' | 'other'): TspodError {
  const [old, now] = kind === 'directory' ? ['a directory', 'something else'] : ['something else', 'a directory']
  return new TspodError('E_CANNOT_OVERWRITE', `cannot overwrite ${path}: it is ${old}, and ${now} is to be there`, {
    hint: 'use --overwrite to have it replaced',
  })
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'something is mounted there',
  EFBIG: 'it is too large for the file system',
  EIO: 'the disk fails',
  ELOOP: 'too many links',
  ENAMETOOLONG: 'the name is too long',
  ENOTCONN: 'the container has ended',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENXIO: 'nobody reads from it',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ETXTBSY: 'it is being run',
}

/** A system call that failed, in words; any other error comes back as it is. @param path as the user knows it */
export function explainCopy(error: unknown, path: string): unknown {
  const explained = explainNoSpace(error, path)
  if (explained !== error) return explained
  if (!isErrno(error, ...Object.keys(REASONS))) return error
  const code = error.code ?? ''
  return new TspodError('E_COPY_FAILED', `could not copy ${path}: ${REASONS[code] ?? messageOf(error)}`, {
    cause: error,
  })
}
