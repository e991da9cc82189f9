import { FLAG_AT } from './log-format.ts'
import { TAIL_BYTES as JSON_TAIL_BYTES } from './log-json.ts'

const BLOCK_BYTES = 1 << 20
const NEWLINE = 10
const FULL = 70 // F
const BACKSLASH = 92
const LETTER_N = 110
const QUOTE = 34

/** A log that can be read at any place; fewer bytes than asked for only at its end. */
export interface LogBytes {
  read(target: Buffer, position: number): number
}

/** The byte at a place of the log. */
export type ByteAt = (position: number) => number | undefined

/** Whether the line of the log from `start` to its newline at `end` is one that ends a line of the container. */
export type EndsLine = (byteAt: ByteAt, start: number, end: number) => boolean

/**
 * Offset at which the last `count` lines of the container begin. A line of the container is its
 * partial pieces and the full one that ends them; pieces at the very end count as a line too.
 * Reads backwards, no more than is needed.
 */
export function findTail(log: LogBytes, sizeBytes: number, { count, mostBytes = Infinity, endsLine }: Tail): number {
  if (count <= 0) return sizeBytes
  const block = Buffer.allocUnsafe(BLOCK_BYTES)
  const window = { start: 0, end: 0 }
  const one = Buffer.alloc(1)
  const byteAt: ByteAt = (position) => {
    if (position >= window.start && position < window.end) return block[position - window.start]
    return log.read(one, position) === 1 ? one[0] : undefined
  }
  let found = 0
  /** where the line begins that comes after the one we look at */
  let next = sizeBytes
  let lineEnd: number | undefined
  for (let end = sizeBytes; end > 0; ) {
    if (sizeBytes - end >= mostBytes) return next
    const start = Math.max(0, end - BLOCK_BYTES)
    readAll(log, block.subarray(0, end - start), start)
    Object.assign(window, { start, end })
    for (let at = end - start - 1; at >= -1; ) {
      const newline = at < 0 ? -1 : block.lastIndexOf(NEWLINE, at)
      if (newline < 0 && start > 0) break
      const begin = start + newline + 1
      if (lineEnd !== undefined && begin < sizeBytes) {
        if (next === sizeBytes || endsLine(byteAt, begin, lineEnd)) found++
        if (found > count) return next
        next = begin
      }
      if (newline < 0) break
      lineEnd = start + newline
      at = newline - 1
    }
    end = start
  }
  return 0
}

export interface Tail {
  readonly count: number
  /** is not looked further back than about so far: fewer lines are found then, or pieces of one */
  readonly mostBytes?: number
  readonly endsLine: EndsLine
}

/** Of k8s-file, by its flag. */
export const endsK8sLine: EndsLine = (byteAt, start) => byteAt(start + FLAG_AT) === FULL

/**
 * Of json-file: its text ends with a newline, which no backslash before it makes a letter. What stands
 * behind the text is as long as the launcher writes it; the lines of another program all count.
 */
export const endsJsonLine: EndsLine = (byteAt, _start, end) => {
  const textEnd = end - JSON_TAIL_BYTES
  if (byteAt(textEnd) !== QUOTE) return true
  if (byteAt(textEnd - 1) !== LETTER_N) return false
  let backslashes = 0
  while (byteAt(textEnd - 2 - backslashes) === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}

function readAll(log: LogBytes, target: Buffer, position: number): void {
  for (let done = 0; done < target.length; ) {
    const count = log.read(target.subarray(done), position + done)
    if (count === 0) return
    done += count
  }
}
