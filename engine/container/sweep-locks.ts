import { readdirSync } from 'node:fs'
import type { Engine } from '../engine.ts'

const LOCK_FILE = /^(container|mount|pod)-([0-9a-f]{64})$/

/**
 * Removes the files of locks on what is gone. Whoever waited for the lock of a container that was
 * being removed makes its file anew, so it is not enough that removing one forgets its lock.
 */
export function sweepLocks({ storage }: Engine): void {
  const { containers, images, locks, paths, pods } = storage
  for (const name of readdirSync(paths.locks)) {
    const [, kind, id] = LOCK_FILE.exec(name) ?? []
    if (kind === undefined || id === undefined || containers.find(id) || images.find(id) || pods.find(id)) continue
    using lock = locks.tryAcquire(kind, id)
    if (lock) locks.forget(kind, id)
  }
}
