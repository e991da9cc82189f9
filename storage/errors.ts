import { isErrno, TspodError } from '../base/errors.ts'

/**
 * What ran out of disk says so in one way, whatever noticed it; every other error comes back as it is.
 * @param path where the space was needed
 */
export function explainNoSpace(error: unknown, path: string): unknown {
  if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'SQLITE_FULL')) return error
  return new TspodError('E_NO_SPACE', `no space left for ${path}`, {
    hint: 'remove images that are not needed with "tspod rmi", or choose another place with --root',
    cause: error,
  })
}
