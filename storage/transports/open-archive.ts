import { closeSync, createReadStream, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { explainNoSpace } from '../errors.ts'
import { compressionOf, MAGIC_BYTES } from '../layers/decompress.ts'
import { removeTree } from '../remove-tree.ts'
import { temporaryPath } from '../temporary.ts'
import type { ArchiveEntries, StoredFile } from './archive-entries.ts'
import { asArchiveError, badArchive, notThere } from './errors.ts'
import type { FileTree } from './file-tree.ts'
import { indexArchive } from './index-archive.ts'
import { readPlain } from './plain-bytes.ts'
import { createSpool } from './spool-archive.ts'

export interface ArchiveOptions {
  /** for messages */
  readonly name: string
  /** a directory for what has to be kept while the archive is open */
  readonly temporary: string
}

/**
 * The files of a tar, which may be compressed. One that is a plain regular file stays where it is;
 * what is compressed, or comes from a pipe, is taken apart into a temporary directory.
 *
 * @throws {TspodError} E_NO_SUCH_FILE, E_BAD_ARCHIVE, E_NO_PROGRAM, E_NO_SPACE
 */
export async function openArchive(path: string, options: ArchiveOptions): Promise<FileTree> {
  try {
    if (isPlainFile(path)) return treeOf(indexArchive(path, options.name), options.name)
    const stream = createReadStream(path, { highWaterMark: 1 << 18 })
    return await spoolArchive(stream as AsyncIterable<Buffer>, options)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) throw notThere(options.name, error)
    if (isErrno(error, 'EACCES', 'EISDIR')) throw badArchive(options.name, 'it cannot be read', error)
    throw asArchiveError(options.name, error)
  }
}

/** As `openArchive`, of a stream that can be read once. */
export async function spoolArchive(stream: AsyncIterable<Buffer>, options: ArchiveOptions): Promise<FileTree> {
  const { name, temporary } = options
  const directory = temporaryPath(temporary, 'archive')
  const spool = createSpool(directory, name)
  mkdirSync(directory, { mode: 0o700 })
  try {
    await readPlain(stream, { name, sink: spool.push })
    return treeOf(spool.finish(), name, directory)
  } catch (error) {
    spool.abort()
    removeTree(directory)
    throw asArchiveError(name, explainNoSpace(error, temporary))
  }
}

function isPlainFile(path: string): boolean {
  if (!statSync(path).isFile()) return false
  const fd = openSync(path, 'r')
  try {
    const beginning = Buffer.alloc(MAGIC_BYTES)
    const count = readSync(fd, beginning, 0, MAGIC_BYTES, 0)
    return compressionOf(beginning.subarray(0, count)) === 'none'
  } finally {
    closeSync(fd)
  }
}

/** @param directory what the files lie in that are our own */
function treeOf(entries: ArchiveEntries, name: string, directory?: string): FileTree {
  if (entries.list().length === 0) throw badArchive(name, 'not an image archive: there is nothing in it')
  return {
    name,
    list: entries.list,
    sizeOf: (file) => entries.find(file)?.sizeBytes,
    read(file, maxBytes) {
      const found = entries.find(file)
      if (found && found.sizeBytes > maxBytes) throw badArchive(name, `${file} is larger than ${maxBytes} bytes`)
      return found && readStored(found)
    },
    open(file, offset) {
      const found = entries.find(file)
      if (!found) throw badArchive(name, `it has no ${file}`)
      return openStored(found, offset)
    },
    take(file, path, sha256) {
      const found = entries.find(file)
      if (directory === undefined || found?.sha256 !== sha256) return false
      try {
        renameSync(found.path, path)
        return true
      } catch (error) {
        // It was moved before, for another image of the archive.
        if (isErrno(error, 'ENOENT')) return false
        throw error
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (directory !== undefined) removeTree(directory)
    },
  }
}

function readStored({ path, offset, sizeBytes }: StoredFile): Buffer {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(sizeBytes)
    for (let read = 0; read < sizeBytes; ) {
      const count = readSync(fd, bytes, read, sizeBytes - read, offset + read)
      if (count === 0) break
      read += count
    }
    return bytes
  } finally {
    closeSync(fd)
  }
}

function openStored({ path, offset, sizeBytes }: StoredFile, from: number): AsyncIterable<Uint8Array> {
  if (from >= sizeBytes) return nothing()
  const range = { start: offset + from, end: offset + sizeBytes - 1 }
  return createReadStream(path, { ...range, highWaterMark: 1 << 18 })
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
