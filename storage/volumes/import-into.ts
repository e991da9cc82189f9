import { chmodSync, closeSync, lchownSync, lstatSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { removeInside } from '../copying/remove-inside.ts'
import { OPEN_DIRECTORY, openIfDirectory } from '../layers/open-directory.ts'
import { createTarReader } from '../layers/tar-reader.ts'
import { createUnpacker } from '../layers/unpacker.ts'
import { removeTree } from '../remove-tree.ts'
import { sweepTemporary, temporaryPath } from '../temporary.ts'

export interface VolumeImport extends Disposable {
  write(chunk: Buffer): void
  /** All of it was read: it goes into the volume, over what has the same names there. */
  commit(): void
}

/**
 * Takes a tar into a volume. It is unpacked aside, so that a bad one changes nothing.
 *
 * @param volume the directory that holds `_data`
 * @throws {TspodError} E_LAYER_INVALID, E_LAYER_UNSAFE, from `write` and `commit`
 */
export function importInto(volume: string): VolumeImport {
  sweepTemporary(volume, Date.now())
  const aside = temporaryPath(volume, 'import')
  mkdirSync(aside, { mode: 0o700 })
  const self = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  const unpacker = createUnpacker(aside, self, { plain: true })
  const reader = createTarReader(unpacker)
  return {
    write: (chunk) => reader.push(chunk),
    commit() {
      reader.finish()
      unpacker.finish()
      mergeDirectory(aside, join(volume, '_data'))
    },
    [Symbol.dispose]() {
      unpacker.abort()
      removeTree(aside)
    },
  }
}

function mergeDirectory(from: string, to: string): void {
  const [source, target] = [openSync(from, OPEN_DIRECTORY), openSync(to, OPEN_DIRECTORY)]
  try {
    mergeOpened(source, target)
  } finally {
    closeSync(source)
    closeSync(target)
  }
}

/** By descriptors: a container that has the volume may put links in the way while we are at it. */
function mergeOpened(source: number, target: number): void {
  for (const name of readdirSync(`/proc/self/fd/${source}`, { encoding: 'buffer' })) {
    const [from, to] = [entryOf(source, name), entryOf(target, name)]
    const [above, below] = [openIfDirectory(from), openIfDirectory(to)]
    try {
      if (above !== undefined && below !== undefined) mergeOpened(above, below)
      else moveOver(from, target, name)
    } finally {
      if (above !== undefined) closeSync(above)
      if (below !== undefined) closeSync(below)
    }
  }
  const { uid, gid, mode } = lstatSync(`/proc/self/fd/${source}/.`)
  lchownSync(`/proc/self/fd/${target}/.`, uid, gid)
  chmodSync(`/proc/self/fd/${target}/.`, mode & 0o7777)
}

function moveOver(from: Buffer, target: number, name: Buffer): void {
  const to = entryOf(target, name)
  try {
    renameSync(from, to)
  } catch (error) {
    // A directory in the place of something else, or the other way round.
    if (!isErrno(error, 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST')) throw error
    removeInside(target, name.toString('latin1'))
    renameSync(from, to)
  }
}

function entryOf(fd: number, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name])
}
