import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'

export type HealthStatus = 'starting' | 'healthy' | 'unhealthy'

export interface Health {
  /** '' where the container has no health checks, or did not run since the machine was started */
  readonly status: HealthStatus | ''
  /** its startup check has failed as often as it may */
  readonly isStuck: boolean
  /** how many checks have failed since one succeeded */
  readonly failingStreak: number
  /** oldest first */
  readonly log: readonly HealthCheck[]
}

export interface HealthCheck {
  readonly startMs: number
  readonly endMs: number
  /** of the check; -1 where it took too long */
  readonly exitCode: number
  readonly output: string
}

/** What the monitor has found out. Format: engine/launcher/health.c. */
export function readHealthStatus(runDir: string): Omit<Health, 'log'> {
  const [word, streak] = (readTextIfExists(join(runDir, 'health'), 64) ?? '').trim().split(' ')
  const isKnown = word === 'starting' || word === 'healthy' || word === 'unhealthy'
  const isStuck = word === 'stuck'
  return { status: isKnown ? word : isStuck ? 'starting' : '', isStuck, failingStreak: Number(streak ?? 0) || 0 }
}

/** As `readHealthStatus`, with the latest checks. */
export function readHealth(runDir: string, maxLogCount = 5): Health {
  const checks = ['health.log.1', 'health.log'].flatMap((name) =>
    parseHealthLog(readTextIfExists(join(runDir, name), MAX_LOG_BYTES, 'latin1') ?? ''),
  )
  return { ...readHealthStatus(runDir), log: maxLogCount > 0 ? checks.slice(-maxLogCount) : checks }
}

const MAX_LOG_BYTES = 1 << 20

/** @param text a character a byte: "START END CODE SIZE", and then so many bytes and a newline; a crash may have left a part of one */
export function parseHealthLog(text: string): HealthCheck[] {
  const checks: HealthCheck[] = []
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\n', at)
    const [startMs, endMs, exitCode, size] = lineEnd < 0 ? [] : text.slice(at, lineEnd).split(' ').map(Number)
    if (startMs === undefined || endMs === undefined || exitCode === undefined || size === undefined) break
    const outputEnd = lineEnd + 1 + size
    if (!Number.isSafeInteger(size) || size < 0 || outputEnd >= text.length) break
    const output = Buffer.from(text.slice(lineEnd + 1, outputEnd), 'latin1').toString('utf8')
    checks.push({ startMs, endMs, exitCode, output })
    at = outputEnd + 1
  }
  return checks
}
