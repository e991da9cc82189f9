import { closeSync, fstatSync, readlinkSync, type Stats } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import type { TarEntry } from '../layers/tar-entry.ts'
import { readXattrs } from '../layers/xattrs.ts'
import { copyBytes } from './copy-bytes.ts'
import { inDirectory, isSameFile, openChildHandle, openRegular, statIn } from './descriptors.ts'
import { explainCopy } from './errors.ts'
import { isOfKernel } from './kernel-files.ts'
import { namesIn } from './names-in.ts'
import { type Attributes, dressDirectory, type Place, type PutOptions, type Putting, startPutting } from './put.ts'
import { putFile } from './put-file.ts'
import { putDirectory, putFifo, putLink, putSymlink } from './put-node.ts'

/** What is copied: a name in an open directory, as it was seen there. */
export interface Source {
  readonly fd: number
  readonly name: string
  readonly stat: Stats
}

/** Where it goes: a name in an open directory, or what is in it into the directory itself. */
export interface Destination {
  /** handle of the directory */
  readonly fd: number
  /** undefined for the directory itself */
  readonly name: string | undefined
  /** for messages */
  readonly path: string
}

/** Directories inside one another; two handles are held for each. */
const MAX_DEPTH = 1000

/**
 * Copies a file or a tree from one directory to another, each by a handle, and follows no link on
 * either side: neither who owns the one nor who owns the other can have anything else read or
 * written by changing names meanwhile. Hard links and holes survive, devices and sockets are left
 * out with a note. What vanishes while it is copied is left out.
 *
 * @throws {TspodError} E_CANNOT_OVERWRITE, E_COPY_FAILED, E_NO_SPACE
 */
export function copyTree(source: Source, destination: Destination, options: PutOptions): void {
  const copying: Copying = {
    putting: startPutting(options),
    top: destination.fd,
    avoid: undefined,
    at: destination.path,
  }
  try {
    if (destination.name !== undefined) {
      copyEntry(copying, source, { ...place(destination, destination.name), parts: [destination.name], depth: 0 })
      return
    }
    copying.avoid = fstatSync(destination.fd)
    const from = openChildHandle(source.fd, source.name)
    if (from === undefined) return
    const into = { fd: destination.fd, path: destination.path, parts: [], depth: 0 }
    copyContents(copying, from, into)
  } catch (error) {
    throw explainCopy(error, copying.at)
  }
}

interface Copying {
  readonly putting: Putting
  /** handle of the directory where the copy begins */
  readonly top: number
  /** the directory that is written to: it is not copied into itself */
  avoid: Stats | undefined
  /** for messages: what is being copied */
  at: string
}

interface Target extends Place {
  /** from the top */
  readonly parts: readonly string[]
  readonly depth: number
}

function copyEntry(copying: Copying, source: Source, target: Target): void {
  const { putting } = copying
  const { fd, name, stat } = source
  copying.at = target.path
  if (stat.isDirectory()) copyDirectory(copying, source, target)
  else if (stat.isFile()) copyFile(copying, source, target)
  else if (stat.isSymbolicLink()) {
    const link = readLink(fd, name)
    if (link !== undefined) putSymlink(putting, target, { ...attributesOf(source), target: link })
  } else if (stat.isFIFO()) putFifo(putting, target, attributesOf(source))
  else putting.onNote(`${target.path} is left out: it is a ${stat.isSocket() ? 'socket' : 'device'}`)
}

function copyDirectory(copying: Copying, source: Source, target: Target): void {
  const { putting } = copying
  if (target.depth >= MAX_DEPTH) throw Object.assign(new Error('too deep'), { code: 'ENAMETOOLONG' })
  const from = openChildHandle(source.fd, source.name)
  if (from === undefined) return
  if (copying.avoid && isSameFile(fstatSync(from), copying.avoid)) {
    closeSync(from)
    putting.onNote(`${target.path} is left out: a directory cannot be copied into itself`)
    return
  }
  const to = putDirectory(putting, target)
  copying.avoid ??= fstatSync(to.fd)
  try {
    copyContents(copying, from, { ...target, fd: to.fd })
    // One that was there keeps what it was, unless all is to be as it was.
    if (to.isNew || putting.redress) dressDirectory(putting, to.fd, attributesOf(source))
  } finally {
    closeSync(to.fd)
  }
}

/** Closes the handle it copies from. */
function copyContents(copying: Copying, from: number, into: Omit<Target, 'name'>): void {
  try {
    if (isOfKernel(from)) return
    for (const name of namesIn(from)) {
      const stat = statIn(from, name)
      if (!stat) continue
      const parts = [...into.parts, name]
      copyEntry(copying, { fd: from, name, stat }, { ...place(into, name), parts, depth: into.depth + 1 })
    }
  } finally {
    closeSync(from)
  }
}

function copyFile(copying: Copying, source: Source, target: Target): void {
  const { putting, top } = copying
  const opened = openRegular(source.fd, source.name)
  if (!opened) return
  try {
    const { fd, stat } = opened
    const key = stat.nlink > 1 ? `${stat.dev}:${stat.ino}` : undefined
    const first = key === undefined ? undefined : putting.links.get(key)
    if (first && putLink(putting, target, { top, target: first })) return
    using file = putFile(putting, target, stat.size)
    copyBytes(fd, file.fd, putting.onBytes)
    const made = file.commit(attributesOf({ ...source, stat }))
    if (key !== undefined) putting.links.set(key, { parts: target.parts, stat: made })
  } finally {
    closeSync(opened.fd)
  }
}

/** undefined where it is no link any more. */
function readLink(fd: number, name: string): string | undefined {
  try {
    return readlinkSync(inDirectory(fd, name), 'latin1')
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EINVAL', 'ENOTDIR')) return undefined
    throw error
  }
}

/** What of a file goes along with its data. */
function attributesOf({ fd, name, stat }: Source): Attributes & Pick<TarEntry, 'xattrs'> {
  return {
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    mtimeS: stat.mtimeMs / 1000,
    xattrs: readXattrs(inDirectory(fd, name)),
  }
}

function place({ fd, path }: { readonly fd: number; readonly path: string }, name: string): Place {
  return { fd, name, path: `${path === '/' ? '' : path}/${Buffer.from(name, 'latin1').toString()}` }
}
