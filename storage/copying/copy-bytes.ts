import { fstatSync, ftruncateSync, readSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { writeAll } from '../../base/files.ts'
import { type CopyRange, copyFileRange, seekData, seekHole, seekTo, sendfile } from '../../base/libc.ts'

/** So much at once, between two reports of how far it is. */
const STEP_BYTES = 16 << 20
/** Files of the kernel say that they are empty, and are read to their end: no further than this. */
const MAX_UNSIZED_BYTES = 64 << 20

type Mover = (from: number, to: number, range: CopyRange) => number

/**
 * Copies the data of an open file into an empty one, holes and all; returns its size. As much as
 * there was at the beginning: one that grows meanwhile is not run after.
 */
export function copyBytes(from: number, to: number, onBytes: (count: number) => void): number {
  const { size, blocks } = fstatSync(from)
  if (size === 0) return copyUnsized(from, to, onBytes)
  const move = { with: copyFileRange as Mover }
  if (blocks * 512 >= size) return copyRange({ from, to, move, onBytes }, 0, size)
  for (let at: number | undefined = 0; at < size; ) {
    const start = seekData(from, at)
    if (start === undefined || start >= size) break
    const end = Math.min(seekHole(from, start), size)
    at = copyRange({ from, to, move, onBytes }, start, end)
    if (at < end) break // it became shorter
  }
  ftruncateSync(to, size)
  return size
}

interface Copying {
  readonly from: number
  readonly to: number
  /** the fastest that is known to work between the two */
  readonly move: { with: Mover }
  readonly onBytes: (count: number) => void
}

/** Returns how far it came: less than `end` where the file became shorter. */
function copyRange(copying: Copying, start: number, end: number): number {
  let at = start
  while (at < end) {
    const count = tryMove(copying, { offset: at, sizeBytes: Math.min(STEP_BYTES, end - at) })
    if (count === 0) break
    at += count ?? 0
    if (count !== undefined) copying.onBytes(count)
    else copying.move.with = copying.move.with === copyFileRange ? throughKernel : throughMemory
  }
  return at
}

/** undefined where this way does not go between these two. Sources: copy_file_range(2), sendfile(2), "ERRORS". */
function tryMove({ from, to, move }: Copying, range: CopyRange): number | undefined {
  try {
    return move.with(from, to, range)
  } catch (error) {
    const isLastWay = move.with === throughMemory
    if (!isLastWay && isErrno(error, 'EXDEV', 'EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EBADF')) return undefined
    throw error
  }
}

const throughKernel: Mover = (from, to, range) => {
  seekTo(to, range.offset)
  return sendfile(from, to, range)
}

const throughMemory: Mover = (from, to, { offset, sizeBytes }) => {
  seekTo(to, offset)
  const buffer = Buffer.allocUnsafe(Math.min(sizeBytes, 1 << 20))
  const count = readSync(from, buffer, 0, buffer.length, offset)
  writeAll(to, buffer.subarray(0, count))
  return count
}

function copyUnsized(from: number, to: number, onBytes: (count: number) => void): number {
  const buffer = Buffer.allocUnsafe(1 << 16)
  let size = 0
  while (size < MAX_UNSIZED_BYTES) {
    const count = readSync(from, buffer)
    if (count === 0) break
    writeAll(to, buffer.subarray(0, count))
    size += count
    onBytes(count)
  }
  return size
}
