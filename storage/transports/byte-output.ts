import { closeSync, constants, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { writeAll } from '../../base/files.ts'
import { linkDescriptor } from '../../base/libc.ts'
import { randomHex } from '../../base/random.ts'
import { explainWrite } from './errors.ts'

/** Where a stream of bytes goes. Disposed of without `commit`, nothing is left where that can be. */
export interface ByteOutput extends Disposable {
  write(bytes: Uint8Array): void
  commit(): void
}

/**
 * A file that appears whole, in the place of one that may be there. Until then it has no name, so
 * that nothing is left of it when we are killed, or a temporary one where the file system must
 * have one. What is no regular file, as /dev/stdout or a pipe, is written directly.
 *
 * @throws {TspodError} E_CANNOT_WRITE; from `write`: E_NO_SPACE
 */
export function openFileOutput(path: string): ByteOutput {
  const existing = statSync(path, { throwIfNoEntry: false })
  const isDirect = existing !== undefined && !existing.isFile()
  const target = isDirect ? path : `${path}.tspod-${randomHex(6)}`
  const nameless = isDirect ? undefined : openNameless(dirname(resolve(path)))
  const fd = nameless ?? openForWriting(path, target, isDirect)
  const state = { isOpen: true, isThere: false }
  const close = (): void => {
    if (state.isOpen) closeSync(fd)
    state.isOpen = false
  }
  return {
    write(bytes) {
      try {
        writeAll(fd, bytes)
      } catch (error) {
        throw explainWrite(error, path)
      }
    },
    commit() {
      if (nameless !== undefined) linkDescriptor(nameless, target)
      close()
      if (!isDirect) renameSync(target, path)
      state.isThere = true
    },
    [Symbol.dispose]() {
      close()
      if (!isDirect && !state.isThere) rmSync(target, { force: true })
    },
  }
}

/** Source: <asm-generic/fcntl.h>; node's constants lack it. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY

/** undefined where the file system knows no such files, or what is wrong with the directory is better said of the file. */
function openNameless(directory: string): number | undefined {
  try {
    return openSync(directory, O_TMPFILE | constants.O_WRONLY, 0o644)
  } catch (error) {
    if (isSystemError(error)) return undefined
    throw error
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error
}

function openForWriting(path: string, target: string, isDirect: boolean): number {
  try {
    return openSync(target, isDirect ? constants.O_WRONLY : 'wx', 0o644)
  } catch (error) {
    throw explainWrite(error, path)
  }
}
