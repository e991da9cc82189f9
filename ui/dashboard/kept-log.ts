import { lastWritten } from '../text/printable.ts'

/** What is kept of a log that is looked at. */
export interface KeptLog {
  readonly lines: readonly LogLine[]
  /** what came behind the last newline */
  readonly rest: string
  /** of the lines, so that what is kept has a bound */
  readonly weight: number
}

export type LogLine = string | LogGap

/** Here something was written that is not kept. */
export interface LogGap {
  readonly skippedBytes: number
}

/** Characters in all; a line counts as so many at least, so there are at most 10,000. */
const MAX_WEIGHT = 4_000_000
const LINE_WEIGHT = 400
const MAX_LINE_CHARACTERS = 4096
/** So many lines above the last one on the screen of who reads are kept, and so many below it. */
const ABOVE = 2000
const BELOW = 100

/** Adds text as it came, after a gap where there is one. The text is to have a bound itself. */
export function addLines<Log extends KeptLog>(log: Log, text: string, skippedBytes = 0): Log {
  const cut = skippedBytes > 0 ? withGap(log, skippedBytes) : log
  const added = (cut.rest + text).split('\n').map(shortened)
  const lines = owned(added, cut.rest.length + text.length)
  const rest = lines.pop() ?? ''
  const weight = lines.reduce((sum, line) => sum + weightOf(line), cut.weight)
  return { ...cut, lines: [...cut.lines, ...lines], rest, weight }
}

/** Of a long line the beginning; a line that is written over and over (how far something is) has its last state. */
function shortened(line: string): string {
  if (line.length <= MAX_LINE_CHARACTERS) return line
  return lastWritten(line).slice(0, MAX_LINE_CHARACTERS) + (line.endsWith('\r') ? '\r' : '')
}

/** A line that a gap cuts ends there; a gap behind another is one with it. */
function withGap<Log extends KeptLog>(log: Log, skippedBytes: number): Log {
  const last = log.lines.at(-1)
  if (log.rest === '' && typeof last === 'object') {
    return { ...log, lines: [...log.lines.slice(0, -1), { skippedBytes: last.skippedBytes + skippedBytes }] }
  }
  const added: LogLine[] = log.rest === '' ? [{ skippedBytes }] : [log.rest, { skippedBytes }]
  const weight = added.reduce((sum, line) => sum + weightOf(line), log.weight)
  return { ...log, lines: [...log.lines, ...added], rest: '', weight }
}

/** A piece of a string holds the whole of it in memory: what was cut off of long lines would stay with them. */
function owned(lines: string[], length: number): string[] {
  const kept = lines.reduce((sum, line) => sum + line.length + 1, 0)
  return kept * 2 < length ? Buffer.from(lines.join('\n')).toString().split('\n') : lines
}

export interface Cut {
  /** the first line that goes */
  readonly from: number
  readonly count: number
  /** at the beginning nothing stays in its place, elsewhere a gap */
  readonly hasGap: boolean
}

/**
 * What has to go for what is kept to have its bound: the oldest lines. Who reads, with `bottom` the line behind
 * the last on his screen, keeps what he reads: then it is what came after it, but for the newest.
 */
export function excessOf(log: KeptLog, bottom: number | undefined): Cut | undefined {
  if (log.weight <= MAX_WEIGHT) return undefined
  const oldest = { from: 0, count: excessFrom(log, 0, log.weight), hasGap: false }
  if (bottom === undefined || oldest.count <= bottom - ABOVE) return oldest
  const from = Math.min(bottom + BELOW, log.lines.length)
  return { from, count: excessFrom(log, from, log.weight + LINE_WEIGHT), hasGap: true }
}

function excessFrom({ lines }: KeptLog, from: number, weight: number): number {
  let [excess, end] = [weight - MAX_WEIGHT, from]
  for (; end < lines.length && excess > 0; end++) excess -= weightOf(lines[end])
  return end - from
}

export function withoutLines<Log extends KeptLog>(log: Log, { from, count, hasGap }: Cut): Log {
  const gone = log.lines.slice(from, from + count)
  const skippedBytes = gone.reduce((sum, line) => sum + bytesOf(line), 0)
  const gap: LogLine[] = hasGap ? [{ skippedBytes }] : []
  const lines = [...log.lines.slice(0, from), ...gap, ...log.lines.slice(from + count)]
  const weight = gone.reduce((sum, line) => sum - weightOf(line), log.weight) + gap.length * LINE_WEIGHT
  return { ...log, lines, weight }
}

function weightOf(line: LogLine | undefined): number {
  return typeof line === 'string' ? Math.max(LINE_WEIGHT, line.length) : LINE_WEIGHT
}

function bytesOf(line: LogLine): number {
  return typeof line === 'string' ? line.length + 1 : line.skippedBytes
}
