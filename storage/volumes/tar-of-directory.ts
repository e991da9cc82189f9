import { closeSync, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { OPEN_DIRECTORY, openIfDirectory } from '../layers/open-directory.ts'
import { batched, createFileTar, type FileTar } from '../layers/tar-of-files.ts'

const MAX_DEPTH = 1000

/**
 * A directory and all that is in it as the bytes of a tar, in the order of the names. No name has
 * a meaning of its own, unlike in a layer. Nothing that a container changes meanwhile leads out.
 */
export function* tarOfDirectory(path: string): Generator<Buffer> {
  yield* batched(pieces(path))
}

function* pieces(path: string): Generator<Buffer> {
  const tar = createFileTar()
  const fd = openSync(path, OPEN_DIRECTORY)
  try {
    yield* tar.file({ name: '.', path: Buffer.from(`/proc/self/fd/${fd}/.`), stat: fstatSync(fd) })
    yield* directoryPieces(tar, fd, { path: '', depth: 0 })
  } finally {
    closeSync(fd)
  }
  yield tar.end()
}

function* directoryPieces(
  tar: FileTar,
  fd: number,
  place: { readonly path: string; readonly depth: number },
): Generator<Buffer> {
  if (place.depth > MAX_DEPTH) return
  const names = readdirSync(`/proc/self/fd/${fd}`, 'buffer').map((name) => name.toString('latin1'))
  for (const name of names.sort()) {
    const at = Buffer.from(`/proc/self/fd/${fd}/${name}`, 'latin1')
    const stat = lstatSync(at, { throwIfNoEntry: false })
    if (!stat) continue
    const own = `${place.path}${name}`
    yield* tar.file({ name: own, path: at, stat })
    const child = stat.isDirectory() ? openIfDirectory(at) : undefined
    if (child === undefined) continue
    try {
      yield* directoryPieces(tar, child, { path: `${own}/`, depth: place.depth + 1 })
    } finally {
      closeSync(child)
    }
  }
}
