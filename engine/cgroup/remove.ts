import { readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'

/** Gone already; still in use; no longer ours, as where the host was booted differently. */
const LEFT_ALONE = ['ENOENT', 'ENOTDIR', 'EBUSY', 'EACCES', 'EPERM', 'EROFS']

/** Deeper than anything makes them, less deep than a stack. */
const MAX_DEPTH = 64

/** Removes a cgroup and those that were made in it. One that a process is still in stays, and nothing is said. */
export function removeCgroup(path: string): void {
  removeTree(path, MAX_DEPTH)
}

function removeTree(path: string, depth: number): void {
  try {
    for (const entry of depth > 0 ? readdirSync(path, { withFileTypes: true }) : []) {
      if (entry.isDirectory()) removeTree(join(path, entry.name), depth - 1)
    }
    rmdirSync(path)
  } catch (error) {
    if (!isErrno(error, ...LEFT_ALONE)) throw error
  }
}

/**
 * Kills whatever is in the cgroup and those below it, at once and for good.
 *
 * @see kernel documentation, cgroup-v2.rst, cgroup.kill
 */
export function killCgroup(path: string): void {
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
