import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 5
/** As that of `expect.poll` (vitest.config.ts): what comes comes soon, but on a busy machine. */
const PATIENCE_MS = 20_000

/** Waits for a condition that nothing announces; fails with its name when it does not come true in time. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const endMs = performance.now() + PATIENCE_MS; !isSo(); await sleep(LOOK_MS)) {
    if (performance.now() > endMs) throw new Error(`waited ${PATIENCE_MS} ms in vain until ${what}`)
  }
}
