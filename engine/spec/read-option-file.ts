import { isErrno, reasonOf, TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { quote } from './bad-value.ts'

/** Gives the text of a file that an option names. */
export type ReadText = (path: string) => string

/** More than any list of variables or labels, or seccomp profile, has. */
const MAX_BYTES = 4 << 20

/**
 * The text of a file that an option names.
 *
 * @throws {TspodError} E_OPTION_FILE: it cannot be read
 * @throws {TspodError} E_FILE_TOO_LARGE
 */
export function readOptionFile(path: string): string {
  try {
    return readBounded(path, MAX_BYTES).toString('utf8')
  } catch (error) {
    if (error instanceof TspodError) throw error
    if (!isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR', 'ELOOP', 'ERR_INVALID_ARG_VALUE')) throw error
    throw new TspodError('E_OPTION_FILE', `could not read ${quote(path)}: ${reasonOf(error)}`)
  }
}
