import { closeSync, constants, fstatSync, openSync, renameSync, type Stats, unlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { linkDescriptor } from '../../base/libc.ts'
import { randomHex } from '../../base/random.ts'
import { copyBytes } from './copy-bytes.ts'
import { inDirectory, isMountPoint, ofDescriptor } from './descriptors.ts'
import { type Attributes, dressFile, makeRoom, type Place, type Putting } from './put.ts'

/** A regular file that is being made. It has its name when it is whole, if it is large or takes another's place. */
export interface OpenPut extends Disposable {
  readonly fd: number
  /** Gives it its attributes and its name. @returns what it is now */
  commit(attributes: Attributes): Stats
}

/** Source: <asm-generic/fcntl.h>; node's constants lack it. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
/** A file that is written faster than anybody could interrupt it needs no other name meanwhile. */
const SMALL_BYTES = 1 << 18

/**
 * Makes a regular file. What is there is replaced in one step at the end, but for a file that
 * something is mounted on, which is written anew. Disposed of without `commit` nothing is left.
 *
 * @throws {TspodError} E_CANNOT_OVERWRITE
 */
export function putFile(putting: Putting, place: Place, sizeBytes: number): OpenPut {
  const isNew = makeRoom(putting, place, false) === undefined
  const direct = isNew && sizeBytes <= SMALL_BYTES ? tryCreate(place.fd, place.name) : undefined
  const nameless = direct === undefined ? tryNameless(place.fd) : undefined
  const temporary = `.tspod-${randomHex(6)}`
  const fd = direct ?? nameless ?? openSync(inDirectory(place.fd, temporary), CREATE, 0o600)
  let leftover = direct !== undefined ? place.name : nameless === undefined ? temporary : undefined
  return {
    fd,
    commit(attributes) {
      dressFile(putting, fd, attributes)
      if (direct === undefined) {
        if (nameless !== undefined) {
          linkDescriptor(fd, inDirectory(place.fd, temporary))
          leftover = temporary
        }
        giveName(fd, place, temporary)
      }
      if (leftover === temporary) unlinkIfThere(place.fd, temporary)
      leftover = undefined
      return fstatSync(fd)
    },
    [Symbol.dispose]() {
      try {
        closeSync(fd)
        if (leftover !== undefined) unlinkIfThere(place.fd, leftover)
      } catch (error) {
        // Whoever served the file system has ended, and took the file along.
        if (!isErrno(error, 'ENOTCONN', 'ECONNABORTED')) throw error
      }
    },
  }
}

function giveName(fd: number, place: Place, temporary: string): void {
  if (isMountPoint(place.fd, place.name)) writeOver(fd, place)
  else renameSync(inDirectory(place.fd, temporary), inDirectory(place.fd, place.name))
}

/** O_NONBLOCK: where a fifo is mounted nobody waits for a reader. */
const WRITE_OVER = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK

function writeOver(from: number, { fd, name }: Place): void {
  const to = openSync(inDirectory(fd, name), WRITE_OVER)
  try {
    copyBytes(from, to, () => {})
  } finally {
    closeSync(to)
  }
}

/** undefined where something came in between. */
function tryCreate(fd: number, name: string): number | undefined {
  try {
    return openSync(inDirectory(fd, name), CREATE, 0o600)
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return undefined
    throw error
  }
}

/** undefined where the file system knows no such files. */
function tryNameless(fd: number): number | undefined {
  try {
    return openSync(ofDescriptor(fd), O_TMPFILE | constants.O_RDWR, 0o600)
  } catch (error) {
    if (isErrno(error, 'EOPNOTSUPP', 'ENOTSUP', 'EISDIR', 'EINVAL', 'ENOENT', 'ENOSYS')) return undefined
    throw error
  }
}

function unlinkIfThere(fd: number, name: string): void {
  try {
    unlinkSync(inDirectory(fd, name))
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  }
}
