import { closeSync, constants, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { writeAll } from '../../base/files.ts'
import { randomHex } from '../../base/random.ts'
import { explainWrite } from './errors.ts'

/** Where a stream of bytes goes. Disposed of without `commit`, nothing is left where that can be. */
export interface ByteOutput extends Disposable {
  write(bytes: Uint8Array): void
  commit(): void
}

/**
 * A file that appears whole, under a temporary name until then, in the place of one that may be
 * there. What is no regular file, as /dev/stdout or a pipe, is written directly.
 *
 * @throws {TspodError} E_CANNOT_WRITE; from `write`: E_NO_SPACE
 */
export function openFileOutput(path: string): ByteOutput {
  const existing = statSync(path, { throwIfNoEntry: false })
  const isDirect = existing !== undefined && !existing.isFile()
  const target = isDirect ? path : `${path}.tspod-${randomHex(6)}`
  const fd = openForWriting(path, target, isDirect)
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

function openForWriting(path: string, target: string, isDirect: boolean): number {
  try {
    return openSync(target, isDirect ? constants.O_WRONLY : 'wx', 0o644)
  } catch (error) {
    throw explainWrite(error, path)
  }
}
