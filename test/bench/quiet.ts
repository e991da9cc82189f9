import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 10
const LOOKS = 5
const PATIENCE_MS = 2000

/** Resolves when nothing runs but us, or will not end soon: what one engine still tidies up must not slow the other. */
export async function machineIsQuiet(): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  for (let quiet = 0; quiet < LOOKS && performance.now() < endMs; quiet = runningProcesses() <= 1 ? quiet + 1 : 0) {
    await sleep(LOOK_MS)
  }
}

/** Source: proc_stat(5), "procs_running". */
function runningProcesses(): number {
  return Number(/^procs_running (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? 0)
}
