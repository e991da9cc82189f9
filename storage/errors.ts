import { isErrno, TspodError } from '../base/errors.ts'

export const MAKE_ROOM =
  'make room with "tspod system prune -a", "tspod rm" or "tspod rmi", which need none, or choose another place with --root'

/**
 * What ran out of disk says so in one way, whatever noticed it; every other error comes back as it is.
 * @param path where the space was needed
 */
export function explainNoSpace(error: unknown, path: string): unknown {
  if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'SQLITE_FULL')) return error
  const what = error.code === 'EDQUOT' ? 'the disk quota is used up' : 'no space left'
  return new TspodError('E_NO_SPACE', `${what} for ${path}`, { hint: MAKE_ROOM, cause: error })
}
