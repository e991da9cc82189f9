import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists, writeAtomic } from '../../base/files.ts'

// A container's cgroup is as transient as its runtime directory: both are gone after a reboot.

/** Notes which cgroup a container has from now on. */
export function recordCgroup(runDir: string, cgroup: string): void {
  writeAtomic(join(runDir, 'cgroup'), cgroup, { sync: false })
}

/** The directory of the cgroup that a container got when it was last started. */
export function recordedCgroup(runDir: string): string | undefined {
  return readTextIfExists(join(runDir, 'cgroup'), 8192)
}

export function forgetCgroup(runDir: string): void {
  rmSync(join(runDir, 'cgroup'), { force: true })
}
