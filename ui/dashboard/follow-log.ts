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
  let pending = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (pending !== '' && !over.signal.aborted) dispatch({ type: 'log', id, text: pending })
    pending = ''
  }
  const take = (text: string): void => {
    pending = (pending + text).slice(-MAX_PENDING)
    timer ??= setTimeout(flush, GATHER_MS)
  }
  const end = (problem?: string): void => {
    flush()
    if (!over.signal.aborted) dispatch({ type: 'log-ended', id, ...(problem === undefined ? {} : { problem }) })
  }
  source.logs(id, take, over.signal).then(
    () => end(),
    (error: unknown) => end(source.describeError(error)),
  )
  return () => {
    over.abort()
    clearTimeout(timer)
  }
}
