import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

/** Node lacks it. A descriptor that only names its file: no rights are needed, nothing is read. Source: open(2), "O_PATH". */
const O_PATH = 0x200000

const HANDLE = O_PATH | constants.O_DIRECTORY

/** A name in an open directory, by a path that leads nowhere else. `name` is bytes as Latin-1. Source: proc_pid_fd(5). */
export function inDirectory(fd: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${fd}/${name}`, 'latin1')
}

/** The very file that is open there: a change by this path changes it, whatever its name is now. */
export function ofDescriptor(fd: number): string {
  return `/proc/self/fd/${fd}`
}

/** A handle of a directory of the host, by its path, links and all. The caller closes it. */
export function openHandle(path: string | Buffer): number {
  return openSync(path, HANDLE)
}

/** A handle of the directory `name` in an open one; undefined where it is a link, or no directory, or gone. */
export function openChildHandle(fd: number, name: string): number | undefined {
  try {
    return openSync(inDirectory(fd, name), HANDLE | constants.O_NOFOLLOW)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
}

/** A handle more of the same directory. */
export function sameHandle(fd: number): number {
  return openSync(ofDescriptor(fd), HANDLE)
}

export function statIn(fd: number, name: string): Stats | undefined {
  try {
    return name === '.' ? fstatSync(fd) : lstatSync(inDirectory(fd, name))
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

/**
 * Whether something is mounted on a name, by its handle of another mount. The kernel refuses to rename
 * over a mount, or to unlink it, in our own mount namespace alone; in any other one that takes it away.
 * Source: rename(2), EBUSY; proc_pid_fdinfo(5), mnt_id.
 */
export function isMountPoint(fd: number, name: string): boolean {
  let there: number
  try {
    there = openSync(inDirectory(fd, name), O_PATH | constants.O_NOFOLLOW)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
  try {
    return mountOf(there) !== mountOf(fd)
  } finally {
    closeSync(there)
  }
}

function mountOf(fd: number): string | undefined {
  return /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1]
}

/** O_NONBLOCK: should it have become a fifo meanwhile, nobody waits for a writer. */
const OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Opens what was a regular file a moment ago, for reading; undefined where it is none any more. */
export function openRegular(fd: number, name: string): { readonly fd: number; readonly stat: Stats } | undefined {
  let file: number
  try {
    file = openSync(inDirectory(fd, name), OPEN_FILE)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ELOOP', 'ENXIO')) return undefined
    throw error
  }
  const stat = fstatSync(file)
  if (stat.isFile()) return { fd: file, stat }
  closeSync(file)
  return undefined
}

export function isSameFile(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}
