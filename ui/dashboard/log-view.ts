import { printableLogLine } from '../text/printable.ts'

/** What is kept of a log that is looked at. */
const MAX_LINES = 10_000
const MAX_LINE_CHARACTERS = 4096

export interface LogView {
  readonly lines: readonly string[]
  /** what came behind the last newline */
  readonly rest: string
  /** the line behind the last one that is shown; what is `isFollowing` shows the newest */
  readonly bottom: number
  readonly isFollowing: boolean
  readonly isWrapped: boolean
  readonly hasEnded: boolean
  readonly search: string
  /** the line that was found last */
  readonly found: number | undefined
}

export const EMPTY_LOG: LogView = {
  lines: [],
  rest: '',
  bottom: 0,
  isFollowing: true,
  isWrapped: false,
  hasEnded: false,
  search: '',
  found: undefined,
}

/** Adds text as it came. What is more than is kept goes at the beginning. */
export function addLogText(log: LogView, text: string): LogView {
  const pieces = (log.rest + text).split('\n')
  const rest = (pieces.pop() ?? '').slice(0, MAX_LINE_CHARACTERS)
  const all = [...log.lines, ...pieces.map((line) => line.slice(0, MAX_LINE_CHARACTERS))]
  const dropped = Math.max(0, all.length - MAX_LINES)
  const found = log.found === undefined ? undefined : log.found - dropped
  const lines = dropped > 0 ? all.slice(dropped) : all
  return {
    ...log,
    lines,
    rest,
    bottom: log.isFollowing ? lines.length : Math.max(0, log.bottom - dropped),
    found: found !== undefined && found >= 0 ? found : undefined,
  }
}

/** All lines, with the one that has not ended yet. */
export function logLines({ lines, rest }: LogView): readonly string[] {
  return rest === '' ? lines : [...lines, rest]
}

/** `by` lines down, or up where it is negative. At the end it follows again. */
export function scrollLog(log: LogView, by: number, height: number): LogView {
  const count = logLines(log).length
  const from = log.isFollowing ? count : log.bottom
  const least = Math.min(count, log.isWrapped ? 1 : height)
  const bottom = Math.min(count, Math.max(least, from + by))
  return { ...log, bottom, isFollowing: bottom === count && by >= 0 }
}

/** @param line as it is drawn: nobody looks for what he does not see */
export function matchesSearch({ search }: Pick<LogView, 'search'>, line: string): boolean {
  return search !== '' && line.toLowerCase().includes(search.toLowerCase())
}

/** Shows the next line with what is searched for, from the one found last, or from the end of the screen. */
export function searchLog(log: LogView, direction: 1 | -1, height: number): LogView {
  const lines = logLines(log)
  const bottom = log.isFollowing ? lines.length : log.bottom
  const start = log.found ?? (direction === 1 ? Math.max(0, bottom - height) - 1 : bottom)
  for (let step = 1; step <= lines.length; step++) {
    const index = (((start + direction * step) % lines.length) + lines.length) % lines.length
    if (!matchesSearch(log, printableLogLine(lines[index] ?? ''))) continue
    const middle = Math.min(lines.length, Math.max(Math.min(height, lines.length), index + Math.ceil(height / 2)))
    // Wrapped lines behind it may be longer than the screen.
    return { ...log, found: index, bottom: log.isWrapped ? index + 1 : middle, isFollowing: false }
  }
  return { ...log, found: undefined }
}
