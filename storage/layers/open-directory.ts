import { constants, openSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

/** Never through a link. */
export const OPEN_DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** The descriptor of a directory; undefined where there is nothing, or something else, of that name. */
export function openIfDirectory(path: Buffer | string): number | undefined {
  try {
    return openSync(path, OPEN_DIRECTORY)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
}
