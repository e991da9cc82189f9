import { readdirSync } from 'node:fs'
import { isErrno, TspodError } from './errors.ts'
import { readTextIfExists } from './files.ts'

/**
 * Names in a directory of configuration files; none where there is no such directory.
 *
 * @throws {TspodError} E_BAD_CONFIG: it cannot be read
 */
export function configNames(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return []
    if (isErrno(error, 'EACCES')) throw unreadable(directory)
    throw error
  }
}

/** Those of drop-ins, in the order in which they are read. */
export function dropInNames(directory: string): string[] {
  return configNames(directory)
    .filter((name) => name.endsWith('.conf'))
    .sort()
}

/**
 * A configuration file; undefined where there is none.
 *
 * @throws {TspodError} E_BAD_CONFIG: it cannot be read
 */
export function readConfig(path: string, maxBytes: number): string | undefined {
  try {
    return readTextIfExists(path, maxBytes)
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EISDIR', 'ELOOP')) throw unreadable(path)
    throw error
  }
}

function unreadable(path: string): TspodError {
  return new TspodError('E_BAD_CONFIG', `${path}: cannot be read`)
}
