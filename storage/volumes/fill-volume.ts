import { chmodSync, lchownSync, mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { explainNoSpace } from '../errors.ts'
import type { FoundPath } from '../images/find-merged.ts'
import { tarOfMerged } from '../images/tar-of-merged.ts'
import type { Owner } from '../layers/mapped-ids.ts'
import { createTarReader } from '../layers/tar-reader.ts'
import { createUnpacker } from '../layers/unpacker.ts'
import { removeTree } from '../remove-tree.ts'

/** Where a copy is made, and what it is called once it is whole; both beside the volume's directory. */
const FILLING = '_filling'
const FILLED = '_filled'

/**
 * Gives an empty volume what the image has where it is going to be mounted: owners, modes,
 * attributes and links as they are there. A volume that has something in it stays as it is.
 *
 * The copy is made aside and moved in when it is whole; who is killed before leaves a volume that
 * is filled next time, and who is killed while moving one whose move is finished next time.
 *
 * @param volume the directory that holds `_data`
 * @param found what the image has there
 * @param toHost what an owner in the image is here
 * @throws {TspodError} E_NO_SPACE
 */
export function fillVolume(volume: string, found: FoundPath, toHost: (owner: Owner) => Owner): void {
  const [filling, filled, data] = [join(volume, FILLING), join(volume, FILLED), join(volume, '_data')]
  removeTree(filling)
  try {
    if (!hasEntries(filled) && readdirSync(data).length > 0) return
    if (readNames(filled) === undefined) {
      mkdirSync(filling, { mode: 0o700 })
      copyMerged(found.directories, filling, toHost)
      renameSync(filling, filled)
    }
    for (const name of readNames(filled) ?? [])
      renameSync(Buffer.concat([Buffer.from(`${filled}/`), name]), Buffer.concat([Buffer.from(`${data}/`), name]))
    if (found.stat) ownAs(data, toHost(found.stat), found.stat.mode & 0o7777)
    rmdirSync(filled)
  } catch (error) {
    removeTree(filling)
    throw explainNoSpace(error, volume)
  }
}

/** Owner, and where it is given mode, of an empty volume's directory. Ids that are not mapped here cannot be applied. */
export function ownAs(path: string, { uid, gid }: Owner, mode?: number): void {
  try {
    lchownSync(path, uid, gid)
  } catch (error) {
    if (!isErrno(error, 'EPERM', 'EINVAL')) throw error
  }
  if (mode !== undefined) chmodSync(path, mode)
}

function copyMerged(directories: readonly string[], target: string, toHost: (owner: Owner) => Owner): void {
  const unpacker = createUnpacker(target, { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 })
  const reader = createTarReader({ ...unpacker, entry: (entry) => unpacker.entry({ ...entry, ...toHost(entry) }) })
  try {
    for (const piece of tarOfMerged(directories)) reader.push(piece)
    reader.finish()
    unpacker.finish()
  } finally {
    unpacker.abort()
  }
}

function hasEntries(directory: string): boolean {
  return (readNames(directory)?.length ?? 0) > 0
}

function readNames(directory: string): Buffer[] | undefined {
  try {
    return readdirSync(directory, { encoding: 'buffer' })
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
