import { closeSync, constants, lstatSync, openSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { writeAll } from '../../base/files.ts'
import { shownName, unsafeLayer } from './errors.ts'
import { type DiskPath, openLayerRoot } from './layer-root.ts'
import { createMetadataWriter, type Ids } from './metadata.ts'
import { type Place, putDirectory, putFifo, putHardLink, putSymlink, putWhiteout } from './put-entry.ts'
import { NO_XATTRS, type TarEntry, type TarHandler } from './tar-entry.ts'
import { childPath, type DirectoryMetadata, type DirectoryNode, splitName } from './tree.ts'
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
  /** devices outside of /dev */
  readonly skippedDevices: number
  readonly droppedXattrs: number
}

export interface Unpacker extends TarHandler {
  /** Gives all directories their owners, modes and times, which new files in them would have changed. */
  finish(): UnpackResult
  /** Gives back what is held when the archive turns out to be bad. */
  abort(): void
}

interface OpenFile {
  readonly fd: number
  readonly path: DiskPath
  readonly name: string
  readonly entry: TarEntry
}

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const IMPLIED_DIRECTORY_MODE = 0o755

/**
 * Writes the entries of a layer into the empty directory `target`, which nobody else writes to.
 *
 * No entry gets out: every directory on the way to it is one this unpacker made, or a link of
 * this layer that was resolved by `walk`, inside. The kernel never follows a link.
 * Whiteouts become what overlayfs understands: character devices 0:0 and the attribute
 * `user.overlay.opaque`. Other devices are left out: a container makes its own.
 *
 * @param self the ids that new files get by themselves
 * @param options.plain the archive is no layer: no name in it has a meaning
 * @see OCI image-spec, layer.md
 */
export function createUnpacker(target: string, self: Ids, options: { readonly plain?: boolean } = {}): Unpacker {
  const layer = openLayerRoot(target)
  const metadata = createMetadataWriter(self)
  const whiteouts: string[] = []
  const counts = { sizeBytes: 0, entries: 0, skippedDevices: 0 }
  let open: OpenFile | undefined

  const putFile = ({ parent, name }: Place, entry: TarEntry): void => {
    const path = childPath(parent, name)
    const fd = layer.create(parent, name, (at) => openSync(at, CREATE, 0o600))
    open = { fd, path: layer.onDisk(path), name: path, entry }
    counts.sizeBytes += entry.sizeBytes
  }

  const put = (place: Place, entry: TarEntry): void => {
    if (entry.type === 'file') putFile(place, entry)
    else if (entry.type === 'directory') putDirectory(place, entry)
    else if (entry.type === 'symlink') putSymlink(place, entry, metadata)
    else if (entry.type === 'hardlink') putHardLink(place, entry)
    else if (entry.type === 'fifo') putFifo(place, entry, metadata)
    // A container has a /dev of its own over that one: there nobody misses anything.
    else if (!isBelowDev(place)) counts.skippedDevices++
  }

  const putNamed = (parts: readonly string[], name: string, entry: TarEntry): void => {
    const parent = layer.parentOf(parts)
    const whiteout = options.plain ? undefined : whiteoutOf(name)
    if (!whiteout) put({ layer, parent, name }, entry)
    else if (whiteout.kind === 'opaque') parent.opaque = true
    else if (whiteout.kind === 'hidden') putWhiteout({ layer, parent, name: whiteout.name }, whiteouts)
  }

  // Those inside first: one that its owner may not enter is closed behind them.
  const finishDirectory = (node: DirectoryNode): void => {
    for (const child of node.children.values()) if (child.kind === 'directory') finishDirectory(child)
    const path = layer.onDisk(node.path)
    if (node.opaque) metadata.opaque(path)
    metadata.path(path, node.path, node.metadata ?? impliedMetadata(path, self))
  }

  return {
    entry(entry) {
      counts.entries++
      const parts = splitName(entry.name)
      const name = parts.at(-1)
      if (name === undefined) {
        if (entry.type !== 'directory') throw unsafeLayer('its root is not a directory')
        layer.root.metadata = entry
        return
      }
      try {
        putNamed(parts, name, entry)
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
      const { fd, path, name, entry } = open
      open = undefined
      try {
        metadata.file(fd, path, name, entry)
      } finally {
        closeSync(fd)
      }
    },
    finish() {
      finishDirectory(layer.root)
      const { owners, dropped } = metadata
      return { ...counts, whiteouts, opaque: opaqueBelow(layer.root), owners, droppedXattrs: dropped.xattrs }
    },
    abort() {
      if (open) closeSync(open.fd)
      open = undefined
    },
  }
}

/** Of a directory that the tar has things in but does not name. */
function impliedMetadata(path: DiskPath, self: Ids): DirectoryMetadata {
  const { mtimeMs } = lstatSync(path)
  return { mode: IMPLIED_DIRECTORY_MODE, ...self, mtimeS: mtimeMs / 1000, xattrs: NO_XATTRS }
}

function opaqueBelow(node: DirectoryNode): string[] {
  const below = [...node.children.values()].flatMap((child) => (child.kind === 'directory' ? opaqueBelow(child) : []))
  return node.opaque ? [node.path, ...below] : below
}

function isBelowDev({ parent }: Place): boolean {
  return parent.path === 'dev' || parent.path.startsWith('dev/')
}
