import { type LogFiles, openLogFiles } from './log-files.ts'
import { followFile } from './log-follow.ts'
import { type LogFilter, type LogReader, openLogFormatter } from './log-format.ts'
import { openJsonFormatter } from './log-json.ts'
import type { LogPace } from './log-newest.ts'
import type { LogOutput } from './log-output.ts'
import { endsJsonLine, endsK8sLine, findTail } from './log-tail.ts'

export interface LogRequest {
  readonly output: LogOutput
  readonly filter: LogFilter
  /** only the last lines; all where it is absent */
  readonly tail: number | undefined
  readonly tailBytes?: number | undefined
  /** what is written is read until this resolves */
  readonly ended?: Promise<void>
  /** with `ended`: no more than this is read */
  readonly pace?: LogPace | undefined
}

export interface LogFileTarget {
  readonly driver: 'k8s-file' | 'json-file'
  readonly path: string
  readonly maxFiles: number
}

const FORMATS = {
  'k8s-file': { open: openLogFormatter, endsLine: endsK8sLine },
  'json-file': { open: openJsonFormatter, endsLine: endsJsonLine },
} as const

const CHUNK_BYTES = 1 << 20
/** So much is read before anything else has its turn. */
const TURN_BYTES = 64 << 20

/** Reads a log that is in files, the rotated ones too. No log at all is one without a line. */
export async function readLogFile(target: LogFileTarget, request: LogRequest): Promise<void> {
  using files = openLogFiles(target.path, target.maxFiles)
  if (!files) return
  const { open, endsLine } = FORMATS[target.driver]
  const { tail, ended, pace } = request
  const openReader = (): LogReader => open(request.filter, request.output)
  if (ended && pace) {
    const { followNewest } = await import('./log-newest.ts')
    return await followNewest({ path: target.path, files, openReader, tail: { count: tail, endsLine }, pace, ended })
  }
  const sizeBytes = files.sizeBytes()
  const { tailBytes: mostBytes } = request
  const start =
    tail === undefined ? 0 : findTail(files, sizeBytes, { count: tail, ...(mostBytes && { mostBytes }), endsLine })
  const readOn = readerFrom(files, openReader(), start)
  if (ended) await followFile(target.path, ended, readOn)
  else while (readOn()) {}
}

/** Each call reads on; true where there may be more at once. */
function readerFrom(files: LogFiles, reader: LogReader, start: number): () => boolean {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let position = start
  return () => {
    for (const turn = position + TURN_BYTES; position < turn; ) {
      const count = files.read(chunk, position)
      if (count === 0) {
        if (files.advance()) continue
        reader.flush()
        return false
      }
      reader.feed(chunk.subarray(0, count))
      position += count
      files.release(position)
    }
    reader.flush()
    return true
  }
}
