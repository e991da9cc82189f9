/** `2026-01-02 03:04:05.678 +0000 UTC`: Go's time.Time.String in UTC, which podman's templates show. */
export function formatGoTime(ms: number | null): string {
  if (ms === null) return '0001-01-01 00:00:00 +0000 UTC'
  return `${formatJsonTime(ms).slice(0, -1).replace('T', ' ')} +0000 UTC`
}

/** docker's lists know no more of a time. */
export function wholeSeconds<T extends number | null>(ms: T): T | number {
  return ms === null ? ms : Math.trunc(ms / 1000) * 1000
}

/** RFC 3339 as Go's encoding/json writes a time; Go's zero time for none. */
export function formatJsonTime(ms: number | null): string {
  return ms === null
    ? '0001-01-01T00:00:00Z'
    : new Date(ms).toISOString().replace(/\.(\d*?)0*Z$/, (_, digits: string) => (digits ? `.${digits}Z` : 'Z'))
}
