import { parseTimePoint } from '../../engine/parse-time.ts'
import { badValue } from './errors.ts'

/** `--tail`: a number of lines; undefined for all, which is also what `-1` means. */
export function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined
  if (!/^-?\d{1,15}$/.test(text)) throw badValue('--tail', text, 'a number of lines, or all')
  const lines = Number(text)
  return lines < 0 ? undefined : lines
}

/** A point in time: see parseTimePoint. */
export function parseTime(flag: string, text: string, nowMs: number): number {
  const ms = parseTimePoint(text, nowMs)
  if (ms === undefined) throw badValue(flag, text, 'not a time such as 2026-01-31T12:00:00, 1700000000 or 10m')
  return ms
}
