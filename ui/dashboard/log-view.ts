import { printableLogLine } from '../text/printable.ts'
import { formatSize } from '../text/sizes.ts'
import { addLines, type Cut, excessOf, type KeptLog, withoutLines } from './kept-log.ts'
import { hasHit, nextHit, patternOf } from './search.ts'

export interface LogView extends KeptLog {
  /** the line behind the last one that is shown; what is `isFollowing` shows the newest */
  readonly bottom: number
  readonly isFollowing: boolean
  readonly isWrapped: boolean
  readonly hasEnded: boolean
  /** of all that was left out, since it was opened */
  readonly skippedBytes: number
  readonly search: string
  /** the line that was found last */
  readonly found: number | undefined
}

export const EMPTY_LOG: LogView = {
  lines: [],
  rest: '',
  weight: 0,
  bottom: 0,
  isFollowing: true,
  isWrapped: false,
  hasEnded: false,
  skippedBytes: 0,
  search: '',
  found: undefined,
}

/** Adds text as it came, after a gap where there is one. Of what is more than is kept the oldest goes, or what nobody reads. */
export function addLogText(log: LogView, text: string, skippedBytes = 0): LogView {
  const all = { ...addLines(log, text, skippedBytes), skippedBytes: log.skippedBytes + skippedBytes }
  const cut = excessOf(all, log.isFollowing ? undefined : log.bottom)
  const next = cut === undefined ? all : keepingPlace(all, cut)
  return log.isFollowing ? { ...next, bottom: next.lines.length } : next
}

function keepingPlace(log: LogView, cut: Cut): LogView {
  const { from, count, hasGap } = cut
  const moved = (line: number): number => (line < from + count ? line : line - count + Number(hasGap))
  const isFoundGone = log.found !== undefined && log.found >= from && log.found < from + count
  return {
    ...withoutLines(log, cut),
    bottom: Math.max(0, moved(log.bottom)),
    found: log.found === undefined || isFoundGone ? undefined : moved(log.found),
  }
}

/** How many lines there are, with the one that has not ended yet. */
export function lineCount({ lines, rest }: LogView): number {
  return lines.length + Number(rest !== '')
}

/** A line as it is drawn: printable, on whatever was written. */
export function shownLine({ lines, rest }: LogView, index: number): string {
  const line = index < lines.length ? lines[index] : rest
  if (typeof line === 'object') return gapText(line.skippedBytes)
  return printableLogLine(line ?? '')
}

export function isGap({ lines }: LogView, index: number): boolean {
  return typeof lines[index] === 'object'
}

function gapText(skippedBytes: number): string {
  return `… ${formatSize(skippedBytes)} left out: it came faster than anybody reads …`
}

/** `by` lines down, or up where it is negative. At the end it follows again. */
export function scrollLog(log: LogView, by: number, height: number): LogView {
  const count = lineCount(log)
  const from = log.isFollowing ? count : log.bottom
  const least = Math.min(count, log.isWrapped ? 1 : height)
  const bottom = Math.min(count, Math.max(least, from + by))
  return { ...log, bottom, isFollowing: bottom === count && by >= 0 }
}

/** Shows the next line with what is searched for, from the one found last, or from the end of the screen. */
export function searchLog(log: LogView, direction: 1 | -1, height: number): LogView {
  const count = lineCount(log)
  const bottom = log.isFollowing ? count : log.bottom
  const from = log.found ?? (direction === 1 ? Math.max(0, bottom - height) - 1 : bottom)
  const pattern = patternOf(log.search)
  const isHit = (line: number): boolean => !isGap(log, line) && hasHit(shownLine(log, line), pattern)
  const found = pattern && nextHit(count, { from, direction }, isHit)
  if (found === undefined) return { ...log, found }
  const middle = Math.min(count, Math.max(Math.min(height, count), found + Math.ceil(height / 2)))
  // Wrapped lines behind it may be longer than the screen.
  return { ...log, found, bottom: log.isWrapped ? found + 1 : middle, isFollowing: false }
}
