import { closeSync, mkdirSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { writeAll } from '../../base/files.ts'
import type { TarEntry, TarHandler } from '../layers/tar-entry.ts'
import { splitName } from '../layers/tree.ts'
import { inDirectory, openChildHandle } from './descriptors.ts'
import { explainCopy } from './errors.ts'
import { dressDirectory, type Place, type PutOptions, type Putting, startPutting } from './put.ts'
import { type OpenPut, putFile } from './put-file.ts'
import { putDirectory, putFifo, putLink, putSymlink } from './put-node.ts'
import { type Inside, walkInside } from './walk-inside.ts'

export interface ExtractOptions extends PutOptions {
  /** handle of the root, as the owner of the files sees it */
  readonly root: number
  /** names from the root to the directory that the tar is put into */
  readonly base: readonly string[]
}

/** Takes entries of a tar and puts them into a directory. */
export interface Extractor extends TarHandler, Disposable {
  /** Directories get their times, which new files in them have changed. */
  finish(): void
}

/** Directories whose times are set at the end; those of any more stay as they come. */
const MAX_DIRECTORIES = 1_000_000
const IMPLIED_MODE = 0o755

/**
 * Puts a tar into a directory inside `root`. Links on the way to an entry, of the tar or there
 * before, lead where they would in that root, and never out of it. Devices are left out with a note.
 *
 * @throws from its calls: TspodError E_LAYER_UNSAFE (a name that goes up), E_CANNOT_OVERWRITE, E_COPY_FAILED, E_NO_SPACE
 */
export function createExtractor(options: ExtractOptions): Extractor {
  const putting = startPutting(options)
  const directories: { readonly parts: readonly string[]; readonly entry: TarEntry }[] = []
  let parent: { readonly path: string; readonly inside: Inside; readonly fd: number } | undefined
  let open: { readonly file: OpenPut; readonly entry: TarEntry } | undefined
  let at = ''

  const leaveParent = (): void => {
    if (!parent) return
    closeSync(parent.fd)
    parent.inside[Symbol.dispose]()
    parent = undefined
  }
  /** The directory that an entry is in. Entries come directory by directory, so the last one is kept. */
  const enter = (parts: readonly string[]): number => {
    const path = [...options.base, ...parts].join('/')
    if (parent?.path === path) return parent.fd
    leaveParent()
    const inside = walkInside(options.root, path, { followLast: true, make: makeImplied })
    const fd = inside.stat?.isDirectory() ? openChildHandle(inside.fd, inside.name) : undefined
    if (fd !== undefined) {
      parent = { path, inside, fd }
      return fd
    }
    inside[Symbol.dispose]()
    throw Object.assign(new Error(path), { code: 'ENOTDIR' })
  }
  const makeImplied = (fd: number, name: string): void => {
    mkdirSync(inDirectory(fd, name), IMPLIED_MODE)
  }

  const put = (place: Place, entry: TarEntry, parts: readonly string[]): void => {
    if (entry.type === 'file') open = { file: putFile(putting, place, entry.sizeBytes), entry }
    else if (entry.type === 'directory') {
      const { fd, isNew } = putDirectory(putting, place)
      closeSync(fd)
      if ((isNew || putting.redress) && directories.length < MAX_DIRECTORIES) directories.push({ parts, entry })
    } else if (entry.type === 'symlink') putSymlink(putting, place, { ...entry, target: entry.linkName })
    else if (entry.type === 'fifo') putFifo(putting, place, entry)
    else if (entry.type === 'hardlink') link(place, entry)
    else putting.onNote(`${at} is left out: it is a device`)
  }
  const link = (place: Place, { linkName }: TarEntry): void => {
    const parts = [...options.base, ...splitName(linkName)]
    using first = walkInside(options.root, parts.join('/'), { followLast: false })
    const target = first.stat && { parts: first.parts, stat: first.stat }
    if (target && !target.stat.isDirectory() && putLink(putting, place, { top: options.root, target })) return
    throw Object.assign(new Error(linkName), { code: 'ENOENT' })
  }
  const explained = <T>(action: () => T): T => {
    try {
      return action()
    } catch (error) {
      throw explainCopy(error, at)
    }
  }

  return {
    entry(entry) {
      at = Buffer.from(entry.name, 'latin1').toString()
      const parts = splitName(entry.name)
      const name = parts.at(-1)
      // The directory that all goes into is there, and stays as it is.
      if (name === undefined) return
      explained(() => put({ fd: enter(parts.slice(0, -1)), name, path: at }, entry, parts))
    },
    data(chunk) {
      if (!open) return
      const { fd } = open.file
      explained(() => writeAll(fd, chunk))
      putting.onBytes(chunk.length)
    },
    end() {
      if (!open) return
      using file = open.file
      const { entry } = open
      open = undefined
      explained(() => file.commit(entry))
    },
    finish() {
      for (const { parts, entry } of directories.reverse()) {
        explained(() => dressThere(putting, enter(parts.slice(0, -1)), { name: parts.at(-1) ?? '', entry }))
      }
    },
    [Symbol.dispose]() {
      open?.file[Symbol.dispose]()
      leaveParent()
    },
  }
}

/** A directory that is something else by now is left alone. */
function dressThere(putting: Putting, fd: number, { name, entry }: { name: string; entry: TarEntry }): void {
  const directory = openChildHandle(fd, name)
  if (directory === undefined) return
  try {
    dressDirectory(putting, directory, entry)
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
  } finally {
    closeSync(directory)
  }
}
