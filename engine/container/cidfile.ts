import { closeSync, openSync } from 'node:fs'
import { isErrno, reasonOf, TspodError } from '../../base/errors.ts'
import { writeAll } from '../../base/files.ts'

/**
 * Writes the container's id to a file that must not exist yet.
 *
 * @throws {TspodError} E_CIDFILE
 * @see podman-run(1), "--cidfile"
 */
export function writeCidfile(path: string, id: string): void {
  try {
    const fd = openSync(path, 'wx', 0o644)
    try {
      writeAll(fd, Buffer.from(id))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (isErrno(error, 'EEXIST')) {
      throw new TspodError('E_CIDFILE', `the container id file ${path} exists`, {
        hint: 'remove it, or name another file with --cidfile',
      })
    }
    throw new TspodError('E_CIDFILE', `could not write the container id file ${path}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}
