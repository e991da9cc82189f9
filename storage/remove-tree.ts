import { chmodSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { isErrno } from '../base/errors.ts'

const SLASH = Buffer.from('/')

/**
 * Removes `path` and all below it; nothing where there is nothing. Follows no symbolic link,
 * takes names that are no UTF-8, and directories that their owner may not enter.
 */
export function removeTree(path: string | Buffer): void {
  const bytes = Buffer.from(path)
  try {
    if (lstatSync(bytes).isDirectory()) removeDirectory(bytes)
    else unlinkSync(bytes)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}

function removeDirectory(path: Buffer): void {
  try {
    emptyDirectory(path)
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM')) throw error
    chmodSync(path, 0o700)
    emptyDirectory(path)
  }
  rmdirSync(path)
}

/** Removes all that is in a directory, and not the directory. */
function emptyDirectory(path: Buffer): void {
  for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
    const child = Buffer.concat([path, SLASH, entry.name])
    if (entry.isDirectory()) removeDirectory(child)
    else unlinkSync(child)
  }
}

/** Removes all that is in the directory `path`, and not the directory. */
export function clearDirectory(path: string): void {
  emptyDirectory(Buffer.from(path))
}
