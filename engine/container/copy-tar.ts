import { TspodError } from '../../base/errors.ts'
import { createExtractor } from '../../storage/copying/extract-tar.ts'
import { tarOfTree } from '../../storage/copying/tar-of-tree.ts'
import { decompressAll } from '../../storage/layers/decompress-all.ts'
import { createTarReader } from '../../storage/layers/tar-reader.ts'
import type { CopyOptions } from './copy.ts'
import { putOptions, type SidePath } from './copy-between.ts'
import { notFound } from './copy-rules.ts'
import { findPath, findSource } from './copy-side.ts'

/**
 * Puts a tar, which may be compressed, into a directory of a container.
 *
 * @throws {TspodError} E_NO_SUCH_FILE, E_NOT_A_DIRECTORY; E_BAD_ARCHIVE: it is no tar, or leads out of the directory
 */
export async function extractInto(
  bytes: AsyncIterable<Buffer>,
  { side, path }: SidePath,
  options: CopyOptions,
): Promise<void> {
  using target = findPath(side, path, true)
  if (!target.inside.stat) throw notFound(target.shown)
  if (!target.inside.stat.isDirectory()) {
    throw new TspodError('E_NOT_A_DIRECTORY', 'destination must be a directory when copying from stdin')
  }
  const put = putOptions(undefined, side, options)
  const { ids } = side
  using extractor = createExtractor({
    ...put,
    // Numbers in a tar are the container's.
    ...(options.owner === 'kept' && ids && { ownerOf: (had) => ids.toSeen(had) }),
    root: side.root,
    base: target.inside.parts,
  })
  const reader = createTarReader(extractor)
  try {
    await decompressAll(bytes, (chunk) => reader.push(chunk))
    reader.finish()
  } catch (error) {
    throw asBadArchive(error)
  }
  extractor.finish()
}

/** Writes a file or a directory of a container as a tar. @throws {TspodError} E_NO_SUCH_FILE, E_NOT_A_DIRECTORY */
export function writeTar(
  { side, path }: SidePath,
  sink: { write(bytes: Uint8Array): void },
  options: CopyOptions,
): void {
  using source = findSource(side, path, options.followLink)
  const { name, contents } = source.words
  const { ids } = side
  const pieces = tarOfTree(
    { fd: source.inside.fd, name: source.inside.name, stat: source.stat },
    {
      name: contents ? '.' : Buffer.from(name).toString('latin1'),
      ownerOf: (had) => (ids ? ids.toContainer(had) : had),
    },
  )
  for (const piece of pieces) {
    sink.write(piece)
    options.onBytes(piece.length)
  }
}

/** What the reader says of layers, said of what was given to us. */
function asBadArchive(error: unknown): unknown {
  if (!(error instanceof TspodError) || !error.code.startsWith('E_LAYER_')) return error
  const problem = error.message.replace(/^the layer [a-z ]*: /, '')
  return new TspodError('E_BAD_ARCHIVE', `the tar on stdin cannot be used: ${problem}`, { cause: error })
}
