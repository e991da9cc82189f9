import { linkSync, mkdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { mknod, S_IF } from '../../base/libc.ts'
import { inDirectory, isSameFile, openChildHandle, statIn } from './descriptors.ts'
import { type Attributes, dressName, type LinkTarget, makeRoom, type Place, type Putting } from './put.ts'
import { removeInside } from './remove-inside.ts'
import { walkInside } from './walk-inside.ts'

/** A directory that things are put into. */
export interface PutDirectory {
  /** handle; the caller closes it */
  readonly fd: number
  /** it was not there before */
  readonly isNew: boolean
}

/** Makes a directory where none is. What is in it stays. @throws {TspodError} E_CANNOT_OVERWRITE */
export function putDirectory(putting: Putting, place: Place): PutDirectory {
  const isNew = makeRoom(putting, place, true) === undefined
  if (isNew) mkdirSync(inDirectory(place.fd, place.name), 0o700)
  const fd = openChildHandle(place.fd, place.name)
  if (fd === undefined) throw Object.assign(new Error('it is no directory any more'), { code: 'ENOTDIR' })
  return { fd, isNew }
}

/** @param target bytes as Latin-1, kept as they are: only where the link is have they a meaning */
export function putSymlink(putting: Putting, place: Place, link: Attributes & { readonly target: string }): void {
  replace(putting, place)
  symlinkSync(Buffer.from(link.target, 'latin1'), inDirectory(place.fd, place.name))
  dressName(putting, place, link)
}

export function putFifo(putting: Putting, place: Place, attributes: Attributes): void {
  replace(putting, place)
  mknod(inDirectory(place.fd, place.name), S_IF.fifo | (attributes.mode & 0o777))
  dressName(putting, place, attributes)
}

/**
 * Makes a name more for a file that was put before, found from `top`, where the copy began. False
 * where it is not there any more, or cannot have another name here.
 */
export function putLink(putting: Putting, place: Place, { top, target }: { top: number; target: LinkTarget }): boolean {
  try {
    using first = walkInside(top, target.parts.join('/'), { followLast: false })
    if (!first.stat || !isSameFile(first.stat, target.stat)) return false
    replace(putting, place)
    linkSync(inDirectory(first.fd, first.name), inDirectory(place.fd, place.name))
    const made = statIn(place.fd, place.name)
    if (made && isSameFile(made, target.stat)) return true
    unlinkSync(inDirectory(place.fd, place.name))
    return false
  } catch (error) {
    if (isErrno(error, 'EXDEV', 'EMLINK', 'EPERM', 'ENOENT', 'ENOTDIR', 'ELOOP')) return false
    throw error
  }
}

function replace(putting: Putting, place: Place): void {
  if (makeRoom(putting, place, false)) removeInside(place.fd, place.name)
}
