import { readSync } from 'node:fs'
import { FLAG_AT, TEXT_AT } from './log-format.ts'

const BLOCK_BYTES = 1 << 20
const NEWLINE = 10
const FULL = 70 // F

/**
 * Offset at which the last `count` lines of the container begin. A line of the container is its
 * partial pieces and the full one that ends them; pieces at the very end count as a line too.
 * Reads backwards, no more than is needed.
 */
export function findTail(fd: number, sizeBytes: number, count: number): number {
  if (count <= 0) return sizeBytes
  // A block is read with the head of the line behind it, whose flag may lie beyond the block's end.
  const block = Buffer.allocUnsafe(BLOCK_BYTES + TEXT_AT)
  let found = 0
  let next = sizeBytes
  /** Whether the lines from `next` on are enough, now that one that starts at `start` comes before them. */
  const isEnough = (start: number, flag: number | undefined): boolean => {
    if (start === sizeBytes) return false
    if (flag === FULL || next === sizeBytes) found++
    if (found > count) return true
    next = start
    return false
  }
  for (let end = sizeBytes; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES)
    readAt(fd, block.subarray(0, Math.min(end + TEXT_AT, sizeBytes) - start), start)
    for (let at = end - start - 1; at >= 0; ) {
      const newline = block.lastIndexOf(NEWLINE, at)
      if (newline < 0) break
      if (isEnough(start + newline + 1, block[newline + 1 + FLAG_AT])) return next
      at = newline - 1
    }
    if (start === 0 && isEnough(0, block[FLAG_AT])) return next
    end = start
  }
  return 0
}

function readAt(fd: number, target: Buffer, position: number): void {
  for (let done = 0; done < target.length; ) {
    const count = readSync(fd, target, done, target.length - done, position + done)
    if (count === 0) return
    done += count
  }
}
