const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const DURATION = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h)/y

/**
 * A point in time as docker and podman take it: a Go duration counted back from now, seconds
 * since 1970, or a date with or without time and zone (without: local); undefined for anything else.
 * Source: podman-logs(1), "--since".
 */
export function parseTimePoint(text: string, nowMs: number): number | undefined {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text) * 1000
  const durationMs = parseGoDuration(text)
  if (durationMs !== undefined) return nowMs - durationMs
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined
  // Date.parse takes a date alone for UTC; the man page means local time.
  const ms = Date.parse(text.length === 10 ? `${text}T00:00:00` : text)
  return Number.isFinite(ms) ? ms : undefined
}

/** `1h30m` in milliseconds; undefined for what is none. Source: Go's time.ParseDuration. */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  let at = /^[+-]/.test(text) ? 1 : 0
  if (at === text.length) return undefined
  let total = 0
  while (at < text.length) {
    DURATION.lastIndex = at
    const match = DURATION.exec(text)
    if (!match) return undefined
    total += Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0)
    at += match[0].length
  }
  return sign * total
}
