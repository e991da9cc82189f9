import { once } from 'node:events'
import { setTimeout as passing } from 'node:timers/promises'
import { isErrno } from '../../base/errors.ts'
import type { LogFiles } from './log-files.ts'
import { watchDirectory } from './log-follow.ts'
import type { LogReader } from './log-format.ts'
import { type EndsLine, findTail, type LogBytes } from './log-tail.ts'

/** For somebody who watches a log: no more of it than anybody can read, however much is written. */
export interface LogPace {
  /** between two looks at what has been written */
  readonly lookMs: number
  /** of what was written since the last look so much is read, the newest */
  readonly maxBytes: number
  /** So much of the log was left out before what comes next. */
  readonly onSkip: (bytes: number) => void
}

export interface NewestRequest {
  readonly path: string
  readonly files: LogFiles
  /** one that knows nothing of what came before */
  readonly openReader: () => LogReader
  readonly tail: { readonly count: number | undefined; readonly endsLine: EndsLine }
  readonly pace: LogPace
  readonly ended: Promise<void>
}

/**
 * Reads the newest lines of a log until `ended` resolves, at a pace: what it costs does not grow with
 * what is written. At most `maxBytes` of what is there already are looked through for the last lines.
 */
export async function followNewest(request: NewestRequest): Promise<void> {
  const { path, ended, pace } = request
  const over = new AbortController()
  const end = ended.finally(() => over.abort())
  end.catch(() => {})
  const look = openLook(request)
  while (!over.signal.aborted) {
    if (look()) await passing(pace.lookMs, undefined, { signal: over.signal }).catch(() => {})
    else await nextChange(path, look, over.signal)
  }
  await end
  look()
}

/** Each call reads what is new, as far as it is read at all; returns whether there was anything. */
function openLook({ files, openReader, tail, pace }: NewestRequest): () => boolean {
  const { maxBytes, onSkip } = pace
  const chunk = Buffer.allocUnsafe(maxBytes)
  const start = lineStart(files, files.sizeBytes() - maxBytes)
  let reader = openReader()
  let position = start + (tail.count === undefined ? 0 : tailIn(files, start, { ...tail, count: tail.count }))
  return () => {
    files.advance()
    const sizeBytes = files.sizeBytes()
    if (sizeBytes - position > maxBytes) {
      const next = lineStart(files, sizeBytes - maxBytes)
      onSkip(next - position)
      position = next
      reader = openReader() // the last one may have half a line
    }
    const before = position
    while (position < sizeBytes) {
      const count = files.read(chunk.subarray(0, Math.min(maxBytes, sizeBytes - position)), position)
      if (count === 0) break
      reader.feed(chunk.subarray(0, count))
      position += count
    }
    reader.flush()
    files.release(position)
    return position > before
  }
}

function tailIn(files: LogFiles, start: number, tail: { readonly count: number; readonly endsLine: EndsLine }): number {
  const rest: LogBytes = { read: (target, position) => files.read(target, start + position) }
  return findTail(rest, files.sizeBytes() - start, tail)
}

const BLOCK_BYTES = 1 << 16
const NEWLINE = 10

/** Where the first line behind a place begins; the end of the log where none does. */
function lineStart(files: LogFiles, place: number): number {
  if (place <= 0) return 0
  const block = Buffer.allocUnsafe(BLOCK_BYTES)
  for (let position = place; ; ) {
    const count = files.read(block, position)
    const newline = block.subarray(0, count).indexOf(NEWLINE)
    if (newline >= 0) return position + newline + 1
    if (count === 0) return position
    position += count
  }
}

/** Where a directory cannot be watched: it is gone, or the user has no watches left. */
const UNWATCHED_MS = 1000

/** Waits until the log has changed since the last look, at most until the signal. */
async function nextChange(path: string, look: () => boolean, signal: AbortSignal): Promise<void> {
  const changed = new AbortController()
  const wake = (): void => changed.abort()
  signal.addEventListener('abort', wake)
  try {
    const watcher = watchDirectory(path, wake)
    try {
      if (!look()) await once(changed.signal, 'abort') // else it came before the watch was there
    } finally {
      watcher.close()
    }
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOSPC', 'EMFILE')) throw error
    await passing(UNWATCHED_MS, undefined, { signal }).catch(() => {})
  } finally {
    signal.removeEventListener('abort', wake)
  }
}
