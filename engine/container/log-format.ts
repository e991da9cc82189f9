import type { LogOutput } from './log-output.ts'

/** Lines before and after are left out. In the form of a piece's time, which sorts as text. */
export interface LogFilter {
  readonly since: string | undefined
  readonly until: string | undefined
}

/** Reads the bytes of a log, cut anywhere. */
export interface LogReader {
  feed(chunk: Buffer): void
  flush(): void
}

/**
 * `2026-01-01T00:00:00.000000000+00:00 stdout F text`: all before the text has a fixed width.
 * Source: conmon's k8s-file format, as engine/launcher/log.c writes it.
 */
const TIME_BYTES = 29
const STREAM_AT = 36
export const FLAG_AT = 43
const TEXT_AT = 45

const SPACE = 32
const PARTIAL = 80 // P
const LETTER_E = 101 // the third letter of stderr

/**
 * Turns a k8s-file log into the streams as the container wrote them. Lines that are not in the
 * format are left out: a crash can leave half a line.
 */
export function openLogFormatter(filter: LogFilter, output: LogOutput): LogReader {
  const isPlain = output.isPlain && filter.since === undefined && filter.until === undefined
  const line = (bytes: Buffer, start: number, end: number): void => {
    if (end - start < TEXT_AT || bytes[start + STREAM_AT - 1] !== SPACE || bytes[start + TEXT_AT - 1] !== SPACE) return
    const isError = bytes[start + STREAM_AT + 3] === LETTER_E
    const isPartial = bytes[start + FLAG_AT] === PARTIAL
    if (isPlain) {
      output.append(isError, bytes, start + TEXT_AT, isPartial ? end : end + 1)
      return
    }
    const time = bytes.toString('latin1', start, start + TIME_BYTES)
    if (isWanted(filter, time)) output.piece({ isError, time, bytes, start: start + TEXT_AT, end, isPartial })
  }
  return readLines(line, output)
}

export function isWanted({ since, until }: LogFilter, time: string): boolean {
  return (since === undefined || time >= since) && (until === undefined || time <= until)
}

/** A time as a piece has it. */
export function logTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(/Z$/, '000000')
}

const NEWLINE = 10
/** The monitor writes what one read(2) gave as at most one line; anything much longer is no log of ours. */
const MAX_LINE_BYTES = 16 << 20
const NOTHING = Buffer.alloc(0)

/** Calls `line` with each whole line of what it is fed, `end` at its newline. Only the line that a cut went through is copied. */
export function readLines(
  line: (bytes: Buffer, start: number, end: number) => void,
  output: Pick<LogOutput, 'flush'>,
): LogReader {
  let carry: Buffer = NOTHING
  /** Returns where the last, unfinished line begins. */
  const lines = (bytes: Buffer): number => {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      line(bytes, start, end)
      start = end + 1
    }
    return start
  }
  return {
    feed(chunk) {
      const cut = carry.length > 0 ? chunk.indexOf(NEWLINE) + 1 : 0
      if (carry.length > 0) {
        const joined = Buffer.concat([carry, cut > 0 ? chunk.subarray(0, cut) : chunk])
        carry = joined.length > MAX_LINE_BYTES ? NOTHING : joined
        if (cut === 0) return
        lines(carry)
      }
      const rest = chunk.subarray(cut)
      carry = Buffer.from(rest.subarray(lines(rest)))
    },
    flush: () => output.flush(),
  }
}
