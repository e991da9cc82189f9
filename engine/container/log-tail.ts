import { readSync } from 'node:fs'
import { TEXT_AT } from './log-format.ts'

const BLOCK_BYTES = 1 << 20
const NEWLINE = 10
const FULL = 70 // F

/**
 * Offset at which the last `count` lines of the container begin. A line of the container is its
 * partial pieces and the full one that ends them. Reads backwards, no more than is needed.
 */
export function findTail(fd: number, sizeBytes: number, count: number): number {
  if (count <= 0) return sizeBytes
  const block = Buffer.allocUnsafe(BLOCK_BYTES + TEXT_AT)
  let found = 0
  // The file's last byte ends the last line; what counts are the lines before it.
  let end = sizeBytes
  let isLast = true
  while (end > 0) {
    const start = Math.max(0, end - BLOCK_BYTES)
    const wanted = Math.min(end + TEXT_AT, sizeBytes) - start
    const length = readAt(fd, block, wanted, start)
    for (let at = end - start - 1; at >= -1; at--) {
      at = at < 0 ? -1 : block.lastIndexOf(NEWLINE, at)
      if (at < 0 && start > 0) break
      const lineStart = at + 1
      if (start + lineStart < sizeBytes) {
        const isFull = lineStart + TEXT_AT <= length && block[lineStart + TEXT_AT - 2] === FULL
        // This line's end is behind what has been counted: it begins one more line of the container.
        if (isFull || isLast) found++
        isLast = false
        if (found > count) return start + nextLine(block, lineStart, length)
      }
      if (at < 0) break
    }
    end = start
  }
  return 0
}

/** A full line may end beyond the block; then it ends at the block's end at the earliest. */
function nextLine(block: Buffer, from: number, length: number): number {
  const newline = block.subarray(0, length).indexOf(NEWLINE, from)
  return newline < 0 ? length : newline + 1
}

function readAt(fd: number, buffer: Buffer, length: number, position: number): number {
  let done = 0
  while (done < length) {
    const count = readSync(fd, buffer, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}
