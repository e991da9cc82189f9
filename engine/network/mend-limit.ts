import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { Watched } from '../monitor/watched.ts'

/** What ends more often than so in so long a time ends for a reason that a new start does not take away. */
const MOST = 5
const WITHIN_MS = 60_000
/** A container that is being mended is locked. */
const PATIENCE_MS = 10_000
const PAUSE_MS = 100
const MOST_BYTES = 1 << 20

/**
 * Tries to start anew what has ended, as often as it may.
 *
 * @param isNeeded asked after each failure
 * @returns undefined where it has been started; else the reason that it was not
 */
export async function tryToMend(
  { runDir, name }: { readonly runDir: string; readonly name: Watched },
  renew: () => Promise<void>,
  isNeeded: () => boolean,
): Promise<string | undefined> {
  const endMs = monotonicMs() + PATIENCE_MS
  let reason = 'it ended again and again'
  while (monotonicMs() < endMs && mayMend(runDir, name)) {
    try {
      await renew()
      return undefined
    } catch (error) {
      reason = messageOf(error)
      if (!isNeeded()) return reason
      await sleep(PAUSE_MS)
    }
  }
  return reason
}

/** Somebody says that the reason is gone. */
export function forgetMends(runDir: string): void {
  rmSync(mendsFile(runDir), { force: true })
}

/** Notes down that it is, where it may. */
function mayMend(runDir: string, name: string): boolean {
  const now = monotonicMs()
  const times = (readTextIfExists(mendsFile(runDir), MOST_BYTES) ?? '').split('\n').filter((line) => {
    const [what, time] = line.split(' ')
    return what === name && now - Number(time) < WITHIN_MS
  })
  if (times.length >= MOST) return false
  appendFileSync(mendsFile(runDir), `${name} ${Math.round(now)}\n`, { mode: 0o600 })
  return true
}

function mendsFile(runDir: string): string {
  return join(runDir, 'mends')
}
