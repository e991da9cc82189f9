const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `About a minute`, `2 hours`. Source: go-units HumanDuration, limits and rounding included. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / SECOND)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.trunc(durationMs / MINUTE)
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  const hours = Math.trunc(durationMs / HOUR + 0.5)
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`
  return `${Math.trunc(durationMs / DAY / 365)} years`
}

/** `2 hours ago`. */
export function formatAgo(thenMs: number, nowMs: number): string {
  return `${formatDuration(Math.max(0, nowMs - thenMs))} ago`
}
