import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'

const PATIENCE_MS = 5000
const LOOK_MS = 2

/**
 * Holds all processes of a cgroup where they are, until `thaw`. Nothing is held where it fails.
 *
 * @throws {TspodError} E_CANNOT_PAUSE: it is not ours to write, or a process does not stop
 * @see kernel documentation, cgroup-v2.rst, cgroup.freeze
 */
export async function freeze(path: string): Promise<void> {
  try {
    write(path, '1')
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENODEV')) throw error
    throw cannotPause(`${error.code}`, error)
  }
  const endMs = monotonicMs() + PATIENCE_MS
  while (!/^frozen 1$/m.test(readTextIfExists(join(path, 'cgroup.events'), 4096) ?? 'frozen 1')) {
    if (monotonicMs() > endMs) {
      thaw(path)
      throw cannotPause('a process does not stop')
    }
    await sleep(LOOK_MS)
  }
}

/** Lets all processes of a cgroup go on. */
export function thaw(path: string): void {
  try {
    write(path, '0')
  } catch (error) {
    // It ended meanwhile.
    if (!isErrno(error, 'ENOENT', 'ENODEV')) throw error
  }
}

function write(path: string, state: '0' | '1'): void {
  writeFileSync(join(path, 'cgroup.freeze'), state, { flag: 'r+' })
}

export function cannotPause(reason: string, cause?: unknown): TspodError {
  return new TspodError('E_CANNOT_PAUSE', `the container cannot be paused: ${reason}`, {
    hint: 'stop the container, or commit without --pause',
    ...(cause !== undefined && { cause }),
  })
}
