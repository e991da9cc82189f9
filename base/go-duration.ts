/** `1h2m3.5s` as Go's time.Duration prints itself: no more digits than there are. Source: Go's package time, Duration.String. */
export function formatGoDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 0) return `-${formatGoDuration(-ms)}`
  if (ms < 0.001) return `${Math.round(ms * 1e6)}ns`
  if (ms < 1) return `${trim(ms * 1000)}µs`
  if (ms < 1000) return `${trim(ms)}ms`
  const seconds = (ms % 60_000) / 1000
  const minutes = Math.trunc(ms / 60_000)
  const hours = Math.trunc(minutes / 60)
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes % 60}m` : ''}${trim(seconds)}s`
}

function trim(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '')
}
