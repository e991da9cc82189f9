import {
  chmodSync,
  chownSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  lutimesSync,
  type Stats,
  utimesSync,
} from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { fsetxattr } from '../../base/libc.ts'
import type { TarEntry } from '../layers/tar-entry.ts'
import { isImageXattr } from '../layers/xattrs.ts'
import { inDirectory, ofDescriptor, statIn } from './descriptors.ts'
import { cannotOverwrite } from './errors.ts'
import { removeInside } from './remove-inside.ts'

export interface Ids {
  readonly uid: number
  readonly gid: number
}

export interface PutOptions {
  /** whose something is to be that had this owner */
  readonly ownerOf: (had: Ids) => Ids
  /** directories that are there already become as those that are copied, too */
  readonly redress: boolean
  /** a directory may take the place of something else, and the other way round */
  readonly overwrite: boolean
  /** set-user-ID bits and capabilities are kept */
  readonly keepRights: boolean
  /** something could not be copied, or not wholly */
  onNote(line: string): void
  onBytes(count: number): void
}

/** A name in an open directory. */
export interface Place {
  readonly fd: number
  readonly name: string
  /** for messages */
  readonly path: string
}

/** Where one copy puts things, and what it remembers meanwhile. */
export interface Putting extends PutOptions {
  /** by device and inode of the source, where the first name of a file with several was put */
  readonly links: Map<string, LinkTarget>
  /** owners that cannot be given here: each is tried and told of once */
  readonly refused: Set<string>
}

/** A file that has been put, to be found again by its names from the directory where the copy began. */
export interface LinkTarget {
  readonly parts: readonly string[]
  readonly stat: Stats
}

export function startPutting(options: PutOptions): Putting {
  return { ...options, links: new Map(), refused: new Set() }
}

/** What of an entry is given to the file made for it. */
export type Attributes = Pick<TarEntry, 'mode' | 'uid' | 'gid' | 'mtimeS' | 'xattrs'>

const SET_ID = 0o6000

/** Makes room for something new; returns what is there and will be replaced. @throws {TspodError} E_CANNOT_OVERWRITE */
export function makeRoom(putting: Putting, place: Place, isDirectory: boolean): Stats | undefined {
  const there = statIn(place.fd, place.name)
  if (!there || there.isDirectory() === isDirectory) return there
  if (!putting.overwrite) throw cannotOverwrite(place.path, there.isDirectory() ? 'directory' : 'other')
  removeInside(place.fd, place.name)
  return undefined
}

/** Owner, mode, attributes and time of an open file, in the order that keeps all of them. */
export function dressFile(putting: Putting, fd: number, attributes: Attributes): void {
  giveOwner(putting, attributes, ({ uid, gid }) => fchownSync(fd, uid, gid))
  fchmodSync(fd, modeOf(putting, attributes))
  for (const [name, value] of attributes.xattrs) {
    if (isImageXattr(name) && (putting.keepRights || name.startsWith('user.'))) trySetXattr(fd, name, value)
  }
  futimesSync(fd, ...timesOf(attributes))
}

/** As `dressFile`, of a directory by its handle, after all that is in it. */
export function dressDirectory(putting: Putting, fd: number, attributes: Attributes): void {
  const path = ofDescriptor(fd)
  giveOwner(putting, attributes, ({ uid, gid }) => chownSync(path, uid, gid))
  chmodSync(path, modeOf(putting, attributes))
  utimesSync(path, ...timesOf(attributes))
}

/** As `dressFile`, of a link or fifo. */
export function dressName(putting: Putting, { fd, name }: Place, attributes: Attributes): void {
  const path = inDirectory(fd, name)
  giveOwner(putting, attributes, ({ uid, gid }) => lchownSync(path, uid, gid))
  lutimesSync(path, ...timesOf(attributes))
}

function modeOf({ keepRights }: Putting, { mode }: Attributes): number {
  return keepRights ? mode & 0o7777 : mode & 0o7777 & ~SET_ID
}

function giveOwner(putting: Putting, attributes: Attributes, give: (ids: Ids) => void): void {
  const ids = putting.ownerOf(attributes)
  const key = `${ids.uid}:${ids.gid}`
  if (putting.refused.has(key)) return
  try {
    give(ids)
  } catch (error) {
    // An id that is not mapped here, or a file system that knows no owners.
    if (!isErrno(error, 'EPERM', 'EINVAL', 'EOVERFLOW')) throw error
    putting.refused.add(key)
    putting.onNote(`files cannot be given to ${key} here`)
  }
}

function trySetXattr(fd: number, name: string, value: Uint8Array): void {
  try {
    fsetxattr(fd, name, value)
  } catch (error) {
    if (!isErrno(error, 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL', 'ERANGE', 'E2BIG', 'ENOSPC')) throw error
  }
}

/** For access and change. Node takes a negative number for "now", but not a date before 1970. */
function timesOf({ mtimeS }: Attributes): [number | Date, number | Date] {
  const time = mtimeS < 0 ? new Date(mtimeS * 1000) : mtimeS
  return [time, time]
}
