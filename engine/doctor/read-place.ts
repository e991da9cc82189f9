import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sharedFileSystem } from '../info/file-systems.ts'
import type { DoctorFacts } from './facts.ts'

/** The file system that `path`, or what is there of it, is on. */
export function readDisk(path: string): DoctorFacts['disk'] {
  let there = path
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there)
  const { type, bsize, blocks, bavail, files, ffree } = statfsSync(there)
  return {
    path,
    shared: sharedFileSystem(type),
    freeBytes: bavail * bsize,
    sizeBytes: blocks * bsize,
    inodes: files,
    freeInodes: ffree,
  }
}

/**
 * Times are those of files that were written at a time: this program, and what was done last.
 * Source: systemd-timesyncd.service(8), /run/systemd/timesync/synchronized.
 */
export function readClock(files: readonly string[]): DoctorFacts['clock'] {
  const times = files.flatMap((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? [])
  const hasDaemon = existsSync('/run/systemd/timesync')
  return {
    nowMs: Date.now(),
    newestMs: Math.max(0, ...times),
    isSynchronized: hasDaemon ? existsSync('/run/systemd/timesync/synchronized') : undefined,
  }
}

/** Source: sd_booted(3); loginctl(1), "enable-linger". */
export function readLinger(user: string): boolean | undefined {
  return existsSync('/run/systemd/system') ? existsSync(join('/var/lib/systemd/linger', user)) : undefined
}
