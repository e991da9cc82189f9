import { lstatSync, mkdirSync, unlinkSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { removeTree } from '../remove-tree.ts'
import { badLayer, shownName } from './errors.ts'
import { childPath, type DirectoryNode, newDirectory, walk } from './tree.ts'

/** A path on the disk, as Node takes it: plain names, which nearly all are, as strings, for those are faster. */
export type DiskPath = string | Buffer

/** The directory a layer is unpacked into, and what is known of the tree in it. */
export interface LayerRoot {
  readonly root: DirectoryNode
  /** of a path relative to the root, in Latin-1 */
  onDisk(path: string): DiskPath
  exists(path: string): boolean
  /** The directory that an entry is in, made with all above it where the layer has not named it yet. */
  parentOf(parts: readonly string[]): DirectoryNode
  makeDirectory(parent: DirectoryNode, name: string): DirectoryNode
  /** Takes away what an earlier entry of the layer put there. */
  displace(parent: DirectoryNode, name: string): void
  /** Makes something new, in the place of what an earlier entry put there, if one did. */
  create<T>(parent: DirectoryNode, name: string, make: (path: DiskPath) => T): T
}

/** @param target an empty directory that nobody else writes to */
export function openLayerRoot(target: string): LayerRoot {
  const root = newDirectory('', 0)
  const targetBytes = Buffer.from(`${target}/`)
  // Entries come in the order of their directories.
  let last: { readonly name: string; readonly directory: DirectoryNode } | undefined

  const layer: LayerRoot = {
    root,
    onDisk(path) {
      if (path === '') return target
      return isPlain(path) ? `${target}/${path}` : Buffer.concat([targetBytes, Buffer.from(path, 'latin1')])
    },
    exists: (path) => lstatSync(layer.onDisk(path), { throwIfNoEntry: false }) !== undefined,
    parentOf(parts) {
      const above = parts.slice(0, -1)
      const name = above.join('/')
      if (last?.name !== name) last = { name, directory: walk(root, above, layer.makeDirectory) ?? root }
      return last.directory
    },
    makeDirectory(parent, name) {
      const node = newDirectory(childPath(parent, name), parent.depth + 1)
      const path = layer.onDisk(node.path)
      if (parent.children.get(name)?.kind === 'whiteout') {
        // What the lower layers have is gone, and something new is in its place: the new one hides it.
        unlinkSync(path)
        node.opaque = true
      }
      try {
        mkdirSync(path, 0o700)
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error
        throw badLayer(`something is below ${shownName(node.path)}, which is no directory`)
      }
      parent.children.set(name, node)
      return node
    },
    displace(parent, name) {
      const path = layer.onDisk(childPath(parent, name))
      if (lstatSync(path).isDirectory()) removeTree(path)
      else unlinkSync(path)
      parent.children.delete(name)
      last = undefined
    },
    create(parent, name, make) {
      const path = layer.onDisk(childPath(parent, name))
      try {
        return make(path)
      } catch (error) {
        if (!isErrno(error, 'EEXIST')) throw error
        layer.displace(parent, name)
        return make(path)
      }
    },
  }
  return layer
}

/** Printable ASCII is the same in Latin-1, UTF-8 and on the disk. */
export function isPlain(path: string): boolean {
  return !/[^ -~]/.test(path)
}
