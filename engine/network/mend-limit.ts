import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../base/clock.ts'
import { readTextIfExists } from '../../base/files.ts'

/** What ends more often than so in so long a time ends for a reason that a new start does not take away. */
const MOST = 5
const WITHIN_MS = 60_000
const MOST_BYTES = 1 << 20

/** Whether what has ended may be started once more; notes down that it is. */
export function mayMend(runDir: string, name: string): boolean {
  const now = monotonicMs()
  const times = (readTextIfExists(mendsFile(runDir), MOST_BYTES) ?? '').split('\n').flatMap((line) => {
    const [what, time] = line.split(' ')
    return what === name && now - Number(time) < WITHIN_MS ? [Number(time)] : []
  })
  if (times.length >= MOST) return false
  appendFileSync(mendsFile(runDir), `${name} ${Math.round(now)}\n`, { mode: 0o600 })
  return true
}

/** Somebody says that the reason is gone. */
export function forgetMends(runDir: string): void {
  rmSync(mendsFile(runDir), { force: true })
}

function mendsFile(runDir: string): string {
  return join(runDir, 'mends')
}
