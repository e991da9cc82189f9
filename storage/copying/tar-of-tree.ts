import { closeSync } from 'node:fs'
import { batched, createFileTar, type FileTar } from '../layers/tar-of-files.ts'
import type { Source } from './copy-tree.ts'
import { inDirectory, openChildHandle, statIn } from './descriptors.ts'
import { isOfKernel } from './kernel-files.ts'
import { namesIn } from './names-in.ts'
import type { Ids } from './put.ts'

export interface TreeTarOptions {
  /** what the source is called in the tar, Latin-1; '.' for what is in a directory */
  readonly name: string
  /** the owner to be written down for the one that a file has */
  readonly ownerOf: (had: Ids) => Ids
}

const MAX_DEPTH = 1000

/** A file or a tree as the bytes of a tar. No link is followed; what vanishes meanwhile is left out. */
export function* tarOfTree(source: Source, options: TreeTarOptions): Generator<Buffer> {
  yield* batched(pieces(source, options))
}

function* pieces(source: Source, options: TreeTarOptions): Generator<Buffer> {
  const tar = createFileTar()
  yield* entryPieces({ tar, options }, source, { name: options.name, depth: 0 })
  yield tar.end()
}

interface Walk {
  readonly tar: FileTar
  readonly options: TreeTarOptions
}

function* entryPieces(
  walk: Walk,
  { fd, name, stat }: Source,
  at: { readonly name: string; readonly depth: number },
): Generator<Buffer> {
  const path = inDirectory(fd, name)
  yield* walk.tar.file({ name: at.name, path, stat, owner: walk.options.ownerOf(stat) })
  if (!stat.isDirectory() || at.depth > MAX_DEPTH) return
  const directory = openChildHandle(fd, name)
  if (directory === undefined) return
  try {
    if (isOfKernel(directory)) return
    for (const child of namesIn(directory)) {
      const found = statIn(directory, child)
      if (!found) continue
      const own = at.name === '.' ? child : `${at.name}/${child}`
      yield* entryPieces(walk, { fd: directory, name: child, stat: found }, { name: own, depth: at.depth + 1 })
    }
  } finally {
    closeSync(directory)
  }
}
