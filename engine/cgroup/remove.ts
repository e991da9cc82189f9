import { readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monotonicMs } from '../../base/clock.ts'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'

/** Gone already; still in use; no longer ours, as where the host was booted differently. */
const LEFT_ALONE = ['ENOENT', 'ENOTDIR', 'EBUSY', 'EACCES', 'EPERM', 'EROFS']

/** Deeper than anything makes them, less deep than a stack. */
const MAX_DEPTH = 64

/** A killed process needs about one; a device that does not answer can hold one up for ever. */
const MAX_WAIT_MS = 100

/**
 * Removes a cgroup and those that were made in it, once all that is in them has been killed. One
 * whose processes do not end stays, and nothing is said.
 */
export function removeCgroup(path: string): void {
  killCgroup(path)
  const endMs = monotonicMs() + MAX_WAIT_MS
  while (!removeTree(path, MAX_DEPTH) && monotonicMs() < endMs)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
}

/** False when it is still in use. */
function removeTree(path: string, depth: number): boolean {
  try {
    for (const entry of depth > 0 ? readdirSync(path, { withFileTypes: true }) : []) {
      if (entry.isDirectory()) removeTree(join(path, entry.name), depth - 1)
    }
    rmdirSync(path)
  } catch (error) {
    if (!isErrno(error, ...LEFT_ALONE)) throw error
    return error.code !== 'EBUSY'
  }
  return true
}

/**
 * Kills whatever is in the cgroup and those below it, at once and for good.
 *
 * @see kernel documentation, cgroup-v2.rst, cgroup.kill
 */
function killCgroup(path: string): void {
  try {
    writeFileSync(join(path, 'cgroup.kill'), '1', { flag: 'r+' })
  } catch (error) {
    if (!isErrno(error, ...LEFT_ALONE, 'ENODEV')) throw error
  }
}

/**
 * Whether the kernel killed a process in there because of its memory limit. Ask before removing it.
 *
 * @see kernel documentation, cgroup-v2.rst, memory.events
 */
export function oomKilled(path: string): boolean {
  const events = readTextIfExists(join(path, 'memory.events'), 4096) ?? ''
  return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? 0) > 0
}
