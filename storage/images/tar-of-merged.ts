import { isErrno } from '../../base/errors.ts'
import { readLayerRecord } from '../layers/layer-record.ts'
import { type OwnerMap, ownerInside } from '../layers/mapped-ids.ts'
import { batched, createFileTar, type FileTar } from '../layers/tar-of-files.ts'
import {
  type MergedDirectory,
  type MergedEntry,
  openMergedChild,
  openMergedRoot,
  readMerged,
} from './merged-directory.ts'

export interface MergedTarOptions {
  /** What of it goes into the tar, by its path in Latin-1, `/etc/passwd`; all where not given. A directory that does not is not looked into. */
  readonly wants?: (path: string, entry: MergedEntry) => boolean
  /** names in a directory, `/etc`, that are to be hidden in lower layers */
  readonly whiteoutsIn?: (path: string) => readonly string[]
  /** how the topmost directory is owned, where it is of a container with a map of ids: the tar has the container's ids in it */
  readonly topOwners?: OwnerMap | undefined
}

const MAX_DEPTH = 1000

/**
 * The files of a file system that is given by the directories it is put together from, the topmost
 * first, as the bytes of a tar: whiteouts applied, in the order of their names.
 *
 * Nothing is mounted and no link is followed, so it does not matter what a container changes
 * meanwhile: never does anything get into it that is outside of the directories.
 */
export function* tarOfMerged(directories: readonly string[], options: MergedTarOptions = {}): Generator<Buffer> {
  yield* batched(pieces(directories, options))
}

function* pieces(directories: readonly string[], options: MergedTarOptions): Generator<Buffer> {
  const walk: Walk = { tar: createFileTar(), top: directories[0], owners: recordedOwners(directories), options }
  using root = openMergedRoot(directories)
  const [top] = root.parts
  if (top) {
    const owner = options.topOwners && ownerInside(options.topOwners, top.stat)
    yield* walk.tar.file({ name: '.', path: Buffer.from(`/proc/self/fd/${top.fd}/.`), stat: top.stat, owner })
  }
  yield* directoryPieces(walk, root, { path: '', depth: 0 })
  yield walk.tar.end()
}

interface Walk {
  readonly tar: FileTar
  readonly top: string | undefined
  readonly owners: ReadonlyMap<string, Owners>
  readonly options: MergedTarOptions
}

interface Place {
  /** with a slash in front; '' for the root */
  readonly path: string
  readonly depth: number
}

function* directoryPieces(walk: Walk, directory: MergedDirectory, { path, depth }: Place): Generator<Buffer> {
  if (depth > MAX_DEPTH) return
  const { tar, options } = walk
  const entries = readMerged(directory)
  for (const name of options.whiteoutsIn?.(path) ?? []) yield tar.marker(`${path}/.wh.${name}`.slice(1))
  for (const name of [...entries.keys()].sort()) {
    const entry = entries.get(name)
    const own = `${path}/${name}`
    if (!entry || options.wants?.(own, entry) === false) continue
    yield* tar.file({ name: own.slice(1), ...entry, owner: ownerOf(walk, directory, { entry, name }) })
    if (!entry.stat.isDirectory()) continue
    using child = openMergedChild(directory, name)
    yield* directoryPieces(walk, child, { path: own, depth: depth + 1 })
  }
}

type Owners = ReadonlyMap<string, { readonly uid: number; readonly gid: number }>

/** Of layers with owners that could not be applied, which is none where the user has ranges of ids. */
function recordedOwners(directories: readonly string[]): ReadonlyMap<string, Owners> {
  const found = new Map<string, Owners>()
  for (const directory of directories) {
    const owners = readOwners(`${directory}.json`)
    if (owners.length > 0) found.set(directory, new Map(owners.map(([path, uid, gid]) => [path, { uid, gid }])))
  }
  return found
}

function readOwners(record: string) {
  try {
    return readLayerRecord(record).owners
  } catch (error) {
    // The upper directory of a container has none.
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

function ownerOf(
  { owners, top, options: { topOwners } }: Walk,
  { parts }: MergedDirectory,
  { entry, name }: { readonly entry: MergedEntry; readonly name: string },
) {
  if (topOwners && entry.layer === top) return ownerInside(topOwners, entry.stat)
  if (owners.size === 0) return undefined
  const part = parts.find(({ fd }) => entry.path.toString('latin1').startsWith(`/proc/self/fd/${fd}/`))
  return part && owners.get(part.layer)?.get(part.path === '' ? name : `${part.path}/${name}`)
}
