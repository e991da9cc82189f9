import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 5

/** Waits for a condition that nothing announces; fails with its name when it does not come true in time. */
export async function until(what: string, isSo: () => boolean, patienceMs = 10_000): Promise<void> {
  for (const endMs = performance.now() + patienceMs; !isSo(); await sleep(LOOK_MS)) {
    if (performance.now() > endMs) throw new Error(`waited ${patienceMs} ms in vain until ${what}`)
  }
}
