/** Where a log's text goes. A chunk is only good until the next call. */
export interface LogSink {
  stdout(chunk: Uint8Array): void
  stderr(chunk: Uint8Array): void
}

/** What is put around each line of the container. */
export interface LogLook {
  readonly timestamps: boolean
  /** in front of the line and of its time: whose it is, a colour */
  readonly before: string
  /** between its time and its text */
  readonly between: string
  /** behind it, but before its end */
  readonly after: string
}

/** A piece of a container's output: a line, or part of one. */
export interface LogPiece {
  readonly isError: boolean
  /** `2026-01-01T00:00:00.000000000`, in UTC */
  readonly time: string
  readonly bytes: Buffer
  readonly start: number
  /** without the newline */
  readonly end: number
  /** more of the line follows */
  readonly isPartial: boolean
}

export interface LogOutput {
  /** whether lines come as they are, so that `append` may be called for them */
  readonly isPlain: boolean
  /** Text as it is. */
  append(isError: boolean, bytes: Buffer, start: number, end: number): void
  /** A piece of a line, with what is put around lines. */
  piece(piece: LogPiece): void
  flush(): void
}

const OUTPUT_BYTES = 1 << 18
const NEWLINE = Buffer.from('\n')

/** Gathers text, and hands it on when there is enough or the stream changes, so that the two keep their order. */
export function openLogOutput(look: LogLook, sink: LogSink): LogOutput {
  const output = Buffer.allocUnsafe(OUTPUT_BYTES)
  let used = 0
  let outputIsError = false
  const before = Buffer.from(look.before)
  const between = Buffer.from(look.between)
  const after = Buffer.from(look.after)
  const atLineStart = { stdout: true, stderr: true }

  const write = (bytes: Uint8Array): void => (outputIsError ? sink.stderr : sink.stdout)(bytes)
  const flush = (): void => {
    if (used > 0) write(output.subarray(0, used))
    used = 0
  }
  const append = (isError: boolean, bytes: Buffer, start: number, end: number): void => {
    if (isError !== outputIsError) {
      flush()
      outputIsError = isError
    }
    if (used + end - start > OUTPUT_BYTES) flush()
    if (end - start > OUTPUT_BYTES) {
      write(bytes.subarray(start, end))
      return
    }
    bytes.copy(output, used, start, end)
    used += end - start
  }
  const all = (isError: boolean, bytes: Buffer): void => append(isError, bytes, 0, bytes.length)

  return {
    isPlain: !look.timestamps && `${look.before}${look.between}${look.after}` === '',
    append,
    piece({ isError, time, bytes, start, end, isPartial }) {
      const stream = isError ? 'stderr' : 'stdout'
      if (atLineStart[stream]) {
        all(isError, before)
        // Source: docker-logs(1) and podman-logs(1): RFC 3339 with nine digits.
        if (look.timestamps) all(isError, Buffer.from(`${time}Z `))
        all(isError, between)
      }
      append(isError, bytes, start, end)
      atLineStart[stream] = !isPartial
      if (isPartial) return
      all(isError, after)
      all(isError, NEWLINE)
    },
    flush,
  }
}
