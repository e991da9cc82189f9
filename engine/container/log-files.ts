import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import type { LogBytes } from './log-tail.ts'

/**
 * A log as one run of bytes, oldest first: FILE.2, FILE.1, FILE. Its position in it stays good while
 * the files are rotated: what is open stays open.
 */
export interface LogFiles extends LogBytes, Disposable {
  /** how much there is now */
  sizeBytes(): number
  /** Goes on to what has taken the place of the newest file; false where nothing has. */
  advance(): boolean
  /** What lies before is not read any more. */
  release(position: number): void
}

interface OpenFile {
  readonly fd: number
  readonly stat: Stats
  /** in the log */
  readonly start: number
}

/** A rotation is over in a millisecond, in which so often is looked at most. */
const MAX_TRIES = 10_000
const OPEN = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** undefined where there is no log. @param maxFiles how many there may be */
export function openLogFiles(path: string, maxFiles: number): LogFiles | undefined {
  const files: OpenFile[] = []
  const append = (fds: readonly number[]): void => {
    for (const fd of fds) files.push({ fd, stat: fstatSync(fd), start: endOf(files.at(-1)) })
  }
  append(openChain(path, maxFiles))
  if (files.length === 0) return undefined
  return {
    sizeBytes: () => endOf(files.at(-1)),
    read(target, position) {
      const file = files.findLast(({ start }) => start <= position)
      return file ? readSync(file.fd, target, 0, target.length, position - file.start) : 0
    },
    advance() {
      const newest = files.at(-1)
      const now = statIfThere(path)
      if (!newest || !now || isSame(now, newest.stat)) return false
      const followers = openChain(path, maxFiles, newest.stat)
      append(followers)
      return followers.length > 0
    },
    release(position) {
      while (files.length > 1 && (files[1]?.start ?? 0) <= position) closeSync(files.shift()?.fd ?? -1)
    },
    [Symbol.dispose]() {
      for (const { fd } of files.splice(0)) closeSync(fd)
    },
  }
}

/** Where the file ends in the log. One that was rotated does not grow any more. */
function endOf(file: OpenFile | undefined): number {
  return file ? file.start + fstatSync(file.fd).size : 0
}

/**
 * The files behind `after`, oldest first, and all where that one is gone. Rotation moves files the way
 * we go, so none is missed: one that has moved on since is met again, and left out.
 */
function openChain(path: string, maxFiles: number, after?: Stats): number[] {
  const found: { readonly fd: number; readonly stat: Stats }[] = []
  for (let number = 0; number < Math.max(1, maxFiles); number++) {
    const fd = number === 0 ? openIfThere(path) : openRotated(path, number)
    if (fd === undefined) break
    const stat = fstatSync(fd)
    const isLast = !stat.isFile() || (after !== undefined && isSame(stat, after))
    const known = found.findIndex((one) => isSame(one.stat, stat))
    if (isLast || known >= 0) closeSync(fd)
    else found.push({ fd, stat })
    if (isLast) break
    // What lay between has come since, and is newer than the newest here.
    if (known >= 0) for (const newer of found.splice(known + 1)) closeSync(newer.fd)
  }
  return found.map(({ fd }) => fd).reverse()
}

/** Where there is an older one there is this one, too, as soon as the rotation is over. */
function openRotated(path: string, number: number): number | undefined {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const fd = openIfThere(`${path}.${number}`)
    if (fd !== undefined || !statIfThere(`${path}.${number + 1}`)) return fd
  }
  return undefined
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, OPEN)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined
    throw error
  }
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false })
}

function isSame(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}
