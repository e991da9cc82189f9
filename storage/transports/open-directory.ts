import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readBounded } from '../../base/files.ts'
import { badArchive, notThere } from './errors.ts'
import type { FileTree } from './file-tree.ts'

/**
 * The files of a directory. Links in it are followed: it is the caller's own, and what is read is
 * verified. Only regular files count.
 *
 * @throws {TspodError} E_NO_SUCH_FILE
 */
export function openDirectory(path: string, name: string): FileTree {
  const sizeOf = (file: string): number | undefined => {
    const stat = statIfExists(join(path, file))
    return stat?.isFile() ? stat.size : undefined
  }
  if (!statIfExists(path)?.isDirectory()) throw notThere(name)
  return {
    name,
    list: () => readdirSync(path).filter((file) => sizeOf(file) !== undefined),
    sizeOf,
    read(file, maxBytes) {
      if (sizeOf(file) === undefined) return undefined
      try {
        return readBounded(join(path, file), maxBytes)
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        throw badArchive(name, `${file} is larger than ${maxBytes} bytes`, error)
      }
    },
    open: (file, offset) => createReadStream(join(path, file), { start: offset, highWaterMark: 1 << 18 }),
    [Symbol.asyncDispose]: async () => {},
  }
}

function statIfExists(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isErrno(error, 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG')) return undefined
    throw error
  }
}
