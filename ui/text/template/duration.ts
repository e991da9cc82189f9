import { formatGoDuration } from '../../../base/go-duration.ts'

/** A time.Duration of Go's: `30s` where it is printed, else a number of nanoseconds. */
export class GoDuration {
  readonly nanoseconds: number

  constructor(nanoseconds: number) {
    this.nanoseconds = nanoseconds
  }

  toString(): string {
    return formatGoDuration(this.nanoseconds / 1e6)
  }
}

const UNITS: Readonly<Record<string, number>> = {
  Hours: 3_600e9,
  Minutes: 60e9,
  Seconds: 1e9,
  Milliseconds: 1e6,
  Microseconds: 1e3,
  Nanoseconds: 1,
}

/** What its method gives; undefined where it has none of that name. Source: Go's package time, Duration. */
export function callDuration(duration: GoDuration, method: string): number | string | undefined {
  if (method === 'String') return duration.toString()
  const unit = Object.hasOwn(UNITS, method) ? UNITS[method] : undefined
  if (unit === undefined) return undefined
  const value = duration.nanoseconds / unit
  return unit < 1e9 ? Math.trunc(value) : value
}

/** The number that it is to whoever compares or calculates; any other value as it is. */
export function withoutUnit(value: unknown): unknown {
  return value instanceof GoDuration ? value.nanoseconds : value
}
