/** Where a log's text goes. A chunk is only good until the next call. */
export interface LogSink {
  stdout(chunk: Uint8Array): void
  stderr(chunk: Uint8Array): void
}

export interface LogFilter {
  readonly timestamps: boolean
  /** lines before and after are left out; in the log's own form of a time, which sorts as text */
  readonly since: string | undefined
  readonly until: string | undefined
}

/**
 * `2026-01-01T00:00:00.000000000+00:00 stdout F text`: all before the text has a fixed width.
 * Source: conmon's k8s-file format, as engine/launcher/log.c writes it.
 */
const TIME_BYTES = 35
const STREAM_AT = 36
export const FLAG_AT = 43
export const TEXT_AT = 45

const NEWLINE = 10
const SPACE = 32
const PARTIAL = 80 // P
const LETTER_E = 101 // the third letter of stderr
const OUTPUT_BYTES = 1 << 18

/** The monitor writes what one read(2) gave as at most one line; anything much longer is no log of ours. */
const MAX_LINE_BYTES = 16 << 20

const NOTHING = Buffer.alloc(0)

/**
 * Turns the bytes of a k8s-file log into the streams as the container wrote them. Feed it chunks
 * cut anywhere. Lines that are not in the format are left out: a crash can leave half a line.
 *
 * Text is gathered and handed on when the stream changes, so that the two keep their order.
 */
export function openLogFormatter(filter: LogFilter, sink: LogSink): { feed(chunk: Buffer): void; flush(): void } {
  const output = Buffer.allocUnsafe(OUTPUT_BYTES)
  let used = 0
  let outputIsError = false
  let carry: Buffer = NOTHING
  const atLineStart = { stdout: true, stderr: true }
  const isPlain = !filter.timestamps && filter.since === undefined && filter.until === undefined

  const flush = (): void => {
    if (used > 0) (outputIsError ? sink.stderr : sink.stdout)(output.subarray(0, used))
    used = 0
  }
  const append = (bytes: Buffer, start: number, end: number): void => {
    if (used + end - start > OUTPUT_BYTES) flush()
    if (end - start > OUTPUT_BYTES) {
      ;(outputIsError ? sink.stderr : sink.stdout)(bytes.subarray(start, end))
      return
    }
    bytes.copy(output, used, start, end)
    used += end - start
  }
  const line = (bytes: Buffer, start: number, end: number): void => {
    if (end - start < TEXT_AT || bytes[start + TIME_BYTES] !== SPACE || bytes[start + TEXT_AT - 1] !== SPACE) return
    const isError = bytes[start + STREAM_AT + 3] === LETTER_E
    if (isError !== outputIsError) flush()
    outputIsError = isError
    const isPartial = bytes[start + FLAG_AT] === PARTIAL
    if (!isPlain) {
      const time = bytes.toString('latin1', start, start + TIME_BYTES)
      if (filter.since !== undefined && time < filter.since) return
      if (filter.until !== undefined && time > filter.until) return
      const stream = isError ? 'stderr' : 'stdout'
      if (filter.timestamps && atLineStart[stream]) append(bytes, start, start + TIME_BYTES + 1)
      atLineStart[stream] = !isPartial
    }
    append(bytes, start + TEXT_AT, isPartial ? end : end + 1)
  }

  /** Hands on the whole lines of `bytes`; returns where the last, unfinished one begins. */
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
      // Only the line that the cut went through is copied.
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
    flush,
  }
}
