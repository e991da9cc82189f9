import { closeSync, fstatSync, lstatSync, openSync, readdirSync, type Stats } from 'node:fs'
import { type OwnerMap, ownerInside } from './mapped-ids.ts'
import { isOpaqueMarker, isOpaqueUpper } from './opaque.ts'
import { OPEN_DIRECTORY, openIfDirectory } from './open-directory.ts'
import { batched, createFileTar, type FileTar, type TreeFile } from './tar-of-files.ts'

export interface UpperTarOptions {
  /** What goes into the tar, by its path in Latin-1, `/etc/passwd`. A directory that does not is not looked into. */
  readonly wants: (path: string, stat: Stats) => boolean
  /** the container's map of ids, where it has one: the tar has its own ids in it */
  readonly owners?: OwnerMap | undefined
}

const MAX_DEPTH = 1000
const OPAQUE_MARKER = '.wh..wh..opq'

/**
 * The upper directory of an overlay as the tar of a layer: whiteouts and opaque directories in the
 * words of the OCI image format, in the order of the names.
 *
 * Nothing that the container puts in the place of something else leads out of the directory.
 *
 * @see OCI image-spec, layer.md; kernel documentation, overlayfs.rst
 */
export function* tarOfUpper(upper: string, options: UpperTarOptions): Generator<Buffer> {
  yield* batched(pieces(upper, options))
}

function* pieces(upper: string, options: UpperTarOptions): Generator<Buffer> {
  const tar = createFileTar()
  const fd = openSync(upper, OPEN_DIRECTORY)
  const walk: Walk = { tar, ...options }
  try {
    // What is mounted has the mode of the topmost layer's root.
    yield* tar.file(inContainer(walk, { name: '.', path: Buffer.from(`/proc/self/fd/${fd}/.`), stat: fstatSync(fd) }))
    yield* directoryPieces(walk, { fd, path: '', depth: 0 })
  } finally {
    closeSync(fd)
  }
  yield tar.end()
}

interface Walk extends UpperTarOptions {
  readonly tar: FileTar
}

interface Directory {
  readonly fd: number
  /** with a slash in front; '' for the root */
  readonly path: string
  readonly depth: number
}

function* directoryPieces(walk: Walk, directory: Directory): Generator<Buffer> {
  const { tar, wants } = walk
  const { fd, path, depth } = directory
  if (depth > MAX_DEPTH) return
  const names = readdirSync(`/proc/self/fd/${fd}`, 'buffer').map((name) => name.toString('latin1'))
  if (isOpaqueUpper(fd)) yield tar.marker(`${path}/${OPAQUE_MARKER}`.slice(1))
  for (const name of names.sort()) {
    if (isOpaqueMarker(name)) continue
    const at = Buffer.from(`/proc/self/fd/${fd}/${name}`, 'latin1')
    const stat = lstatSync(at, { throwIfNoEntry: false })
    if (!stat) continue
    if (isWhiteout(stat)) {
      yield tar.marker(`${path}/.wh.${name}`.slice(1))
      continue
    }
    const own = `${path}/${name}`
    if (!wants(own, stat)) continue
    yield* tar.file(inContainer(walk, { name: own.slice(1), path: at, stat }))
    if (stat.isDirectory()) yield* childPieces(walk, at, { path: own, depth: depth + 1 })
  }
}

function inContainer({ owners }: Walk, file: TreeFile): TreeFile {
  return owners ? { ...file, owner: ownerInside(owners, file.stat) } : file
}

function* childPieces(walk: Walk, at: Buffer, place: Omit<Directory, 'fd'>): Generator<Buffer> {
  const fd = openIfDirectory(at)
  if (fd === undefined) return
  try {
    yield* directoryPieces(walk, { fd, ...place })
  } finally {
    closeSync(fd)
  }
}

function isWhiteout(stat: Stats): boolean {
  return stat.isCharacterDevice() && stat.rdev === 0
}
