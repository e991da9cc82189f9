import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'

/** Longer than any line that is written. */
const MAX_LINE_BYTES = 1 << 20
const CHUNK_BYTES = 1 << 16

/** Reads a file that others write to, line by line, as far as it goes; again when it has grown. */
export interface LineReader extends Disposable {
  /** the file it reads, whatever its name is by now */
  readonly inode: number
  /** whole lines that have come since the last call */
  read(): Generator<string>
}

/** undefined where there is no such file. @param from where to begin; the end where it is absent */
export function openLines(path: string, from?: number): LineReader | undefined {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
  const { ino, size } = fstatSync(fd)
  let position = from ?? size
  let rest = Buffer.alloc(0)
  return {
    inode: ino,
    *read() {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      for (let count = readSync(fd, chunk, 0, CHUNK_BYTES, position); count > 0; ) {
        position += count
        rest = Buffer.concat([rest, chunk.subarray(0, count)])
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
          yield rest.toString('utf8', 0, end)
          rest = rest.subarray(end + 1)
        }
        if (rest.length > MAX_LINE_BYTES) rest = Buffer.alloc(0)
        count = readSync(fd, chunk, 0, CHUNK_BYTES, position)
      }
    },
    [Symbol.dispose]: () => closeSync(fd),
  }
}
