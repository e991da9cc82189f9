import { linkSync, symlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { mknod, S_IF } from '../../base/libc.ts'
import { badLayer, shownName } from './errors.ts'
import { isPlain, type LayerRoot } from './layer-root.ts'
import type { MetadataWriter } from './metadata.ts'
import type { TarEntry } from './tar-entry.ts'
import { childPath, type DirectoryNode, splitName, walk } from './tree.ts'

/** Where an entry goes: into a directory of the layer, under a name. */
export interface Place {
  readonly layer: LayerRoot
  readonly parent: DirectoryNode
  readonly name: string
}

const MAX_TARGET_BYTES = 4095

/** Owner, mode and time come when all is unpacked: see Unpacker.finish. */
export function putDirectory({ layer, parent, name }: Place, entry: TarEntry): void {
  const known = parent.children.get(name)
  if (known?.kind === 'directory') {
    known.metadata = entry
    return
  }
  if (known?.kind !== 'whiteout' && layer.exists(childPath(parent, name))) layer.displace(parent, name)
  layer.makeDirectory(parent, name).metadata = entry
}

/** What a link leads to is kept as it is: only in the container has it a meaning. */
export function putSymlink({ layer, parent, name }: Place, entry: TarEntry, metadata: MetadataWriter): void {
  const { linkName } = entry
  if (linkName === '' || linkName.includes('\0') || linkName.length > MAX_TARGET_BYTES) {
    throw badLayer(`the symbolic link ${shownName(entry.name)} leads nowhere`)
  }
  const path = layer.create(parent, name, (at) => {
    symlinkSync(isPlain(linkName) ? linkName : Buffer.from(linkName, 'latin1'), at)
    return at
  })
  parent.children.set(name, { kind: 'symlink', target: linkName })
  metadata.link(path, childPath(parent, name), entry)
}

/** @throws {TspodError} E_LAYER_INVALID: to something that this layer does not have; E_LAYER_UNSAFE: out of it */
export function putHardLink({ layer, parent, name }: Place, entry: TarEntry): void {
  const parts = splitName(entry.linkName)
  const last = parts.at(-1)
  const from = walk(layer.root, parts.slice(0, -1))
  if (last === undefined || !from) throw missingTarget(entry)
  const node = from.children.get(last)
  const source = childPath(from, last)
  if (node?.kind === 'whiteout' || node?.kind === 'directory') throw missingTarget(entry)
  // A link to itself: replacing it would lose the file.
  if (source === childPath(parent, name)) return
  try {
    // link(2) does not follow a symbolic link: it makes a second name for the link itself.
    layer.create(parent, name, (at) => linkSync(layer.onDisk(source), at))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) throw missingTarget(entry, error)
    throw error
  }
  if (node) parent.children.set(name, node)
}

/** `name` is what is hidden. Adds its path to `whiteouts`. */
export function putWhiteout({ layer, parent, name }: Place, whiteouts: string[]): void {
  const path = childPath(parent, name)
  const known = parent.children.get(name)
  if (known?.kind === 'whiteout') return
  whiteouts.push(path)
  // A whiteout speaks of lower layers only: what this one has itself stays.
  if (known?.kind === 'directory') known.opaque = true
  else if (!layer.exists(path)) {
    mknod(layer.onDisk(path), S_IF.character, 0)
    parent.children.set(name, { kind: 'whiteout' })
  }
}

export function putFifo({ layer, parent, name }: Place, entry: TarEntry, metadata: MetadataWriter): void {
  const path = layer.create(parent, name, (at) => {
    mknod(at, S_IF.fifo | 0o600)
    return at
  })
  metadata.path(path, childPath(parent, name), entry)
}

function missingTarget(entry: TarEntry, cause?: unknown): Error {
  return badLayer(`${shownName(entry.name)} is a link to ${shownName(entry.linkName)}, which it has no file for`, cause)
}
