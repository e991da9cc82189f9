import { closeSync, constants, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { isErrno, TspodError } from './errors.ts'

/**
 * Writes `path` so that a reader, or a crash at any point, sees the old content or the
 * new one and nothing between: temporary file beside it, fsync, rename.
 */
export function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number; sync?: boolean } = {},
): void {
  const temporary = `${path}.tmp-${process.pid}-${process.hrtime.bigint().toString(36)}`
  const fd = openSync(temporary, 'wx', options.mode ?? 0o600)
  try {
    writeAll(fd, typeof content === 'string' ? Buffer.from(content) : content)
    if (options.sync ?? true) fsyncSync(fd)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Writes all of `bytes` to `fd`, however many calls it takes. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset)
}

/** Reads a whole file that must not be larger than `maxBytes`; a larger one is an error, not a truncation. */
export function readBounded(path: string, maxBytes: number): Buffer {
  const fd = openSync(path, constants.O_RDONLY)
  try {
    let buffer = Buffer.allocUnsafe(Math.min(FIRST_READ_BYTES, maxBytes + 1))
    for (let total = 0; ; ) {
      const count = readSync(fd, buffer, total, buffer.length - total, null)
      if (count === 0) return buffer.subarray(0, total)
      total += count
      if (total > maxBytes) throw new TspodError('E_FILE_TOO_LARGE', `${path} is larger than ${maxBytes} bytes`)
      if (total < buffer.length) continue
      const larger = Buffer.allocUnsafe(Math.min(buffer.length * 8, maxBytes + 1))
      buffer.copy(larger)
      buffer = larger
    }
  } finally {
    closeSync(fd)
  }
}

/** Most files that are read so are smaller: those of /proc, of which there may be hundreds at a time. */
const FIRST_READ_BYTES = 4000

/** As `readBounded`, as text; `undefined` where there is no such file. */
export function readTextIfExists(
  path: string,
  maxBytes = 1 << 20,
  encoding: 'utf8' | 'latin1' = 'utf8',
): string | undefined {
  try {
    return readBounded(path, maxBytes).toString(encoding)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

/** Makes a directory and its parents, new ones for the owner alone; true where it was made. An existing one is left as it is. */
export function ensurePrivateDirectory(path: string): boolean {
  return mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined
}
