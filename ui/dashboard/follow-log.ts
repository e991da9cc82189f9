import type { Happening } from './happening.ts'
import type { DashboardSource, Target } from './source.ts'

/** What came in so short a time is drawn together. */
const GATHER_MS = 60
/** Of what comes faster than it can be drawn the newest is kept. */
const MAX_PENDING = 1 << 20

/** Shows a log as it grows. Returns what ends that. */
export function followLog(
  source: DashboardSource,
  { id }: Target,
  dispatch: (happening: Happening) => void,
): () => void {
  const over = new AbortController()
  let pending = { text: '', skippedBytes: 0 }
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const { text, skippedBytes } = pending
    pending = { text: '', skippedBytes: 0 }
    if ((text !== '' || skippedBytes > 0) && !over.signal.aborted) dispatch({ type: 'log', id, text, skippedBytes })
  }
  const take = (more: string): void => {
    const text = pending.text + more
    const tooMuch = Math.max(0, text.length - MAX_PENDING)
    pending = { text: text.slice(tooMuch), skippedBytes: pending.skippedBytes + tooMuch }
    timer ??= setTimeout(flush, GATHER_MS)
  }
  const skip = (bytes: number): void => {
    flush() // a gap is in front of what comes after it
    pending = { text: '', skippedBytes: bytes }
    timer ??= setTimeout(flush, GATHER_MS)
  }
  const end = (problem?: string): void => {
    flush()
    if (!over.signal.aborted) dispatch({ type: 'log-ended', id, ...(problem === undefined ? {} : { problem }) })
  }
  source.logs(id, { text: take, skipped: skip }, over.signal).then(
    () => end(),
    (error: unknown) => end(source.describeError(error)),
  )
  return () => {
    over.abort()
    clearTimeout(timer)
  }
}
