import { fstatSync } from 'node:fs'
import { isErrno } from './errors.ts'

/** The major number of /dev/null and its like. Source: null(4). */
const MEMORY_DEVICES = 1

/** Whether the descriptor is a terminal. What cannot be one is told without node:tty, which takes 3 ms to load. */
export function isTerminal(fd: number): boolean {
  try {
    const status = fstatSync(fd)
    if (!status.isCharacterDevice() || status.rdev >> 8 === MEMORY_DEVICES) return false
  } catch (error) {
    if (isErrno(error, 'EBADF')) return false
    throw error
  }
  return process.getBuiltinModule('node:tty').isatty(fd)
}
