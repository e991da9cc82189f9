import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '../engine.ts'
import { waitForExit } from '../monitor/client.ts'
import { cleanupContainer } from './cleanup.ts'
import { observe } from './reconcile.ts'

/** Between two looks at a container that waits to be started again. */
const LOOK_MS = 25

/**
 * Resolves when the container has ended and will not be started again, or is gone. Tidies up after
 * it, as until then nobody knows whether its policy has it start again.
 */
export async function endedForGood(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await waitForExit(engine.runDir(id))
    await cleanupContainer(engine, id)
    const row = engine.storage.containers.find(id)
    const status = row && observe(engine, row).status
    if (status === undefined || status === 'exited' || status === 'created') return
    if (status === 'restarting') await sleep(LOOK_MS)
  }
}

/**
 * Calls `readOn` whenever the file may have grown or another has taken its place, until `ended`
 * resolves, and once more then. Its directory is watched: a file that is renamed takes its watch along.
 *
 * @param readOn returns whether there is more to be read at once
 */
export async function followFile(path: string, ended: Promise<void>, readOn: () => boolean): Promise<void> {
  let watcher: FSWatcher | undefined
  let isDone = false
  await new Promise<void>((resolve, reject) => {
    const read = (): void => {
      try {
        // The end is to be heard of even where there is always more.
        if (!isDone && readOn()) setImmediate(read)
      } catch (error) {
        reject(error)
      }
    }
    watcher = watchDirectory(path, read)
    read() // what came before the watch was there
    ended.then(resolve, reject)
  }).finally(() => {
    isDone = true
    watcher?.close()
  })
  while (readOn()) {
    // to the end of what is there
  }
}

/** Calls `changed` when the file may have grown or another has taken its place. @throws as watch of node:fs */
export function watchDirectory(path: string, changed: () => void): FSWatcher {
  const name = basename(path)
  const watcher = watch(dirname(path), (_, file) => {
    if (file === null || file === name) changed()
  })
  watcher.on('error', () => {}) // the directory was removed; the end of the container says so
  return watcher
}
