import { closeSync, constants, linkSync, lstatSync, mkdirSync, openSync, symlinkSync, unlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { writeAll } from '../../base/files.ts'
import { mknod, S_IF } from '../../base/libc.ts'
import { removeTree } from '../remove-tree.ts'
import { badLayer, shownName, unsafeLayer } from './errors.ts'
import { createMetadataWriter, type Ids } from './metadata.ts'
import type { TarEntry, TarHandler } from './tar-entry.ts'
import { childPath, type DirectoryNode, newDirectory, splitName, walk } from './tree.ts'
import { whiteoutOf } from './whiteout.ts'

/** What came of a layer, beside its files. Names are bytes as Latin-1. */
export interface UnpackResult {
  /** of all regular files */
  readonly sizeBytes: number
  readonly entries: number
  readonly whiteouts: readonly string[]
  readonly opaque: readonly string[]
  /** owners that could not be applied */
  readonly owners: readonly (readonly [name: string, uid: number, gid: number])[]
  readonly skippedDevices: number
  readonly droppedXattrs: number
}

export interface Unpacker extends TarHandler {
  /** Gives all directories their owners, modes and times, which new files in them would have changed. */
  finish(): UnpackResult
  /** Gives back what is held when the archive turns out to be bad. */
  abort(): void
}

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const IMPLIED_DIRECTORY_MODE = 0o755
const MAX_TARGET_BYTES = 4095

/**
 * Writes the entries of a layer into the empty directory `target`, which nobody else writes to.
 *
 * No entry gets out: every directory on the way to it is one this unpacker made, or a link of
 * this layer that was resolved by `walk`, inside. The kernel never follows a link.
 * Whiteouts become what overlayfs understands: character devices 0:0 and the attribute
 * `user.overlay.opaque`. Other devices are left out: a container makes its own.
 *
 * @see OCI image-spec, layer.md
 */
export function createUnpacker(target: string, self: Ids): Unpacker {
  const root = newDirectory('', 0)
  const metadata = createMetadataWriter(self)
  const targetBytes = Buffer.from(`${target}/`)
  const whiteouts: string[] = []
  const counts = { sizeBytes: 0, entries: 0, skippedDevices: 0 }
  let lastParent: { readonly name: string; readonly directory: DirectoryNode } | undefined
  let open:
    | { readonly fd: number; readonly path: string | Buffer; readonly entry: TarEntry; readonly name: string }
    | undefined

  /** Plain names, which nearly all are, stay strings: Node takes those faster. */
  const onDisk = (path: string): string | Buffer => {
    if (path === '') return target
    return isPlain(path) ? `${target}/${path}` : Buffer.concat([targetBytes, Buffer.from(path, 'latin1')])
  }

  const makeDirectory = (parent: DirectoryNode, name: string): DirectoryNode => {
    const node = newDirectory(childPath(parent, name), parent.depth + 1)
    const path = onDisk(node.path)
    if (parent.children.get(name)?.kind === 'whiteout') {
      // What was below is gone, and something new is in its place: the new one hides it.
      unlinkSync(path)
      node.opaque = true
    }
    try {
      mkdirSync(path, 0o700)
    } catch (error) {
      if (isErrno(error, 'EEXIST')) throw badLayer(`something is below ${shownName(node.path)}, which is no directory`)
      throw error
    }
    parent.children.set(name, node)
    return node
  }

  const parentOf = (parts: readonly string[]): DirectoryNode => {
    const name = parts.slice(0, -1).join('/')
    if (lastParent?.name !== name) {
      lastParent = { name, directory: walk(root, parts.slice(0, -1), makeDirectory) ?? root }
    }
    return lastParent.directory
  }

  /** Makes room for an entry that replaces an earlier one. */
  const displace = (parent: DirectoryNode, name: string): void => {
    const path = onDisk(childPath(parent, name))
    if (lstatSync(path).isDirectory()) removeTree(path)
    else unlinkSync(path)
    parent.children.delete(name)
    lastParent = undefined
  }

  const create = <T>(parent: DirectoryNode, name: string, make: (path: string | Buffer) => T): T => {
    const path = onDisk(childPath(parent, name))
    try {
      return make(path)
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw error
      displace(parent, name)
      return make(path)
    }
  }

  const putDirectory = (parent: DirectoryNode, name: string, entry: TarEntry): void => {
    const known = parent.children.get(name)
    if (known?.kind === 'directory') known.metadata = entry
    else {
      if (known?.kind !== 'whiteout' && exists(onDisk(childPath(parent, name)))) displace(parent, name)
      makeDirectory(parent, name).metadata = entry
    }
  }

  const putSymlink = (parent: DirectoryNode, name: string, entry: TarEntry): void => {
    const { linkName } = entry
    if (linkName === '' || linkName.includes('\0') || linkName.length > MAX_TARGET_BYTES) {
      throw badLayer(`the symbolic link ${shownName(entry.name)} leads nowhere`)
    }
    const path = create(parent, name, (at) => {
      symlinkSync(isPlain(linkName) ? linkName : Buffer.from(linkName, 'latin1'), at)
      return at
    })
    parent.children.set(name, { kind: 'symlink', target: linkName })
    metadata.link(path, childPath(parent, name), entry)
  }

  const putHardLink = (parent: DirectoryNode, name: string, entry: TarEntry): void => {
    const parts = splitName(entry.linkName)
    const last = parts.at(-1)
    const from = walk(root, parts.slice(0, -1))
    const source = last === undefined || !from ? undefined : childPath(from, last)
    const node = last === undefined ? undefined : from?.children.get(last)
    if (source === undefined || node?.kind === 'whiteout') throw missingTarget(entry)
    if (source === childPath(parent, name)) return
    try {
      // link(2) does not follow a symbolic link: it makes a second name for the link itself.
      create(parent, name, (at) => linkSync(onDisk(source), at))
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EPERM')) throw missingTarget(entry, error)
      throw error
    }
    if (node?.kind === 'symlink') parent.children.set(name, node)
  }

  const putWhiteout = (parent: DirectoryNode, hidden: string): void => {
    const path = childPath(parent, hidden)
    const known = parent.children.get(hidden)
    if (known?.kind === 'whiteout') return
    whiteouts.push(path)
    // A whiteout speaks of lower layers only: what this one has itself stays.
    if (known?.kind === 'directory') known.opaque = true
    else if (!exists(onDisk(path))) {
      mknod(onDisk(path), S_IF.character, 0)
      parent.children.set(hidden, { kind: 'whiteout' })
    }
  }

  const putFile = (parent: DirectoryNode, name: string, entry: TarEntry): void => {
    const path = onDisk(childPath(parent, name))
    const fd = create(parent, name, (at) => openSync(at, CREATE, 0o600))
    open = { fd, path, entry, name: childPath(parent, name) }
    counts.sizeBytes += entry.sizeBytes
  }

  const putFifo = (parent: DirectoryNode, name: string, entry: TarEntry): void => {
    create(parent, name, (at) => mknod(at, S_IF.fifo | 0o600))
    metadata.path(onDisk(childPath(parent, name)), childPath(parent, name), entry)
  }

  const put = (parent: DirectoryNode, name: string, entry: TarEntry): void => {
    if (entry.type === 'file') putFile(parent, name, entry)
    else if (entry.type === 'directory') putDirectory(parent, name, entry)
    else if (entry.type === 'symlink') putSymlink(parent, name, entry)
    else if (entry.type === 'hardlink') putHardLink(parent, name, entry)
    else if (entry.type === 'fifo') putFifo(parent, name, entry)
    else counts.skippedDevices++
  }

  const finishDirectory = (node: DirectoryNode): void => {
    for (const child of node.children.values()) if (child.kind === 'directory') finishDirectory(child)
    const path = onDisk(node.path)
    if (node.opaque) metadata.opaque(path)
    if (node.metadata) metadata.path(path, node.path, node.metadata)
    else metadata.path(path, node.path, impliedMetadata(path, self))
  }

  const unpacker: Unpacker = {
    entry(entry) {
      counts.entries++
      const parts = splitName(entry.name)
      const name = parts.at(-1)
      if (name === undefined) {
        if (entry.type !== 'directory') throw unsafeLayer('its root is not a directory')
        root.metadata = entry
        return
      }
      try {
        const parent = parentOf(parts)
        const whiteout = whiteoutOf(name)
        if (!whiteout) put(parent, name, entry)
        else if (whiteout.kind === 'opaque') parent.opaque = true
        else if (whiteout.kind === 'hidden') putWhiteout(parent, whiteout.name)
      } catch (error) {
        if (isErrno(error, 'ENAMETOOLONG')) throw unsafeLayer(`the name ${shownName(entry.name)} is too long`)
        throw error
      }
    },
    data(chunk) {
      if (open) writeAll(open.fd, chunk)
    },
    end() {
      if (!open) return
      const { fd, path, entry, name } = open
      open = undefined
      try {
        metadata.file(fd, path, name, entry)
      } finally {
        closeSync(fd)
      }
    },
    finish() {
      finishDirectory(root)
      return {
        ...counts,
        whiteouts,
        opaque: opaqueBelow(root),
        owners: metadata.owners,
        droppedXattrs: metadata.dropped.xattrs,
      }
    },
    abort() {
      if (open) closeSync(open.fd)
      open = undefined
    },
  }
  return unpacker
}

function isPlain(path: string): boolean {
  return !/[^ -~]/.test(path)
}

function exists(path: string | Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Of a directory that the tar has things in but does not name. */
function impliedMetadata(path: string | Buffer, self: Ids) {
  const { mtimeMs } = lstatSync(path)
  return { mode: IMPLIED_DIRECTORY_MODE, ...self, mtimeS: mtimeMs / 1000, xattrs: new Map<string, Buffer>() }
}

function opaqueBelow(node: DirectoryNode): string[] {
  const below = [...node.children.values()].flatMap((child) => (child.kind === 'directory' ? opaqueBelow(child) : []))
  return node.opaque ? [node.path, ...below] : below
}

function missingTarget(entry: TarEntry, cause?: unknown): Error {
  return badLayer(`${shownName(entry.name)} is a link to ${shownName(entry.linkName)}, which it has no file for`, cause)
}
