import { closeSync, lstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { isOpaqueUpper } from '../layers/opaque.ts'
import { openIfDirectory } from '../layers/open-directory.ts'
import { opaqueListOf } from './image-files.ts'

/** One layer's part of a directory: an open descriptor, so that nothing can be put in its place. */
export interface DirectoryPart {
  readonly fd: number
  /** the directory of the layer it is of */
  readonly layer: string
  /** inside the layer, in Latin-1; '' for its root */
  readonly path: string
  readonly stat: Stats
}

/** A directory as a container sees it: its parts in the layers that have it, the topmost first. */
export interface MergedDirectory extends Disposable {
  readonly parts: readonly DirectoryPart[]
}

/** What stands under a name in a merged directory. */
export interface MergedEntry {
  readonly stat: Stats
  /** in the topmost part that has the name; bytes */
  readonly path: Buffer
  /** the directory of the layer it is of */
  readonly layer: string
}

/** fuse-overlayfs leaves such files where it cannot make what the kernel's overlay has for them; see whiteout.ts. */
const WHITEOUT_PREFIX = '.wh.'
const OPAQUE_FILE = '.wh..wh..opq'

/** @param layers directories, the topmost first */
export function openMergedRoot(layers: readonly string[]): MergedDirectory {
  return merged(layers.map((layer) => ({ at: Buffer.from(layer), layer, path: '' })))
}

/** The directory `name` of a merged directory; one without parts where it is none, or is hidden. */
export function openMergedChild(directory: MergedDirectory, name: string): MergedDirectory {
  const candidates: Candidate[] = []
  for (const part of directory.parts) {
    const at = entryPath(part, name)
    const found = lstatIfExists(at)
    if (!found) continue
    // Below a directory, something else of the same name is hidden like everything under it.
    if (!found.isDirectory()) break
    candidates.push({ at, layer: part.layer, path: part.path === '' ? name : `${part.path}/${name}` })
  }
  return merged(candidates)
}

/** Names in Latin-1 with what they stand for, whiteouts applied. */
export function readMerged(directory: MergedDirectory): Map<string, MergedEntry> {
  const entries = new Map<string, MergedEntry>()
  const hidden = new Set<string>()
  for (const part of directory.parts) {
    const takenAway: string[] = []
    for (const bytes of readdirSync(`/proc/self/fd/${part.fd}`, { encoding: 'buffer' })) {
      const name = bytes.toString('latin1')
      if (name.startsWith(WHITEOUT_PREFIX)) takenAway.push(name.slice(WHITEOUT_PREFIX.length))
      else if (!entries.has(name) && !hidden.has(name)) {
        const path = entryPath(part, name)
        const stat = lstatIfExists(path)
        if (stat && isWhiteout(stat)) takenAway.push(name)
        else if (stat) entries.set(name, { stat, path, layer: part.layer })
      }
    }
    for (const name of takenAway) hidden.add(name)
  }
  return entries
}

interface Candidate {
  readonly at: Buffer
  readonly layer: string
  readonly path: string
}

/** The parts down to the first opaque one. */
function merged(candidates: readonly Candidate[]): MergedDirectory {
  const parts: DirectoryPart[] = []
  for (const { at, layer, path } of candidates) {
    const fd = openIfDirectory(at)
    if (fd === undefined) break
    parts.push({ fd, layer, path, stat: statSync(`/proc/self/fd/${fd}`) })
    if (candidates.length > 1 && isOpaque({ fd, layer, path })) break
  }
  return {
    parts,
    [Symbol.dispose]: () => {
      for (const { fd } of parts) closeSync(fd)
    },
  }
}

/** A layer has its opaque directories in a list beside it; the upper directory of a container is asked itself. */
function isOpaque({
  fd,
  layer,
  path,
}: {
  readonly fd: number
  readonly layer: string
  readonly path: string
}): boolean {
  const size = statSync(opaqueListOf(layer), { throwIfNoEntry: false })?.size
  if (size === 0) return false
  if (size !== undefined)
    return readBounded(opaqueListOf(layer), size).toString('latin1').split('\n').includes(`/${path}`)
  if (lstatIfExists(entryPath({ fd }, OPAQUE_FILE))) return true
  return isOpaqueUpper(fd)
}

function isWhiteout(stat: Stats): boolean {
  return stat.isCharacterDevice() && stat.rdev === 0
}

function entryPath(part: Pick<DirectoryPart, 'fd'>, name: string): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${part.fd}/`), Buffer.from(name, 'latin1')])
}

function lstatIfExists(path: Buffer): Stats | undefined {
  try {
    return lstatSync(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ENAMETOOLONG')) return undefined
    throw error
  }
}
