import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DoctorFacts } from './facts.ts'

/** Magic numbers of file systems that several machines mount. Source: statfs(2), linux/magic.h. */
const SHARED: Readonly<Record<number, string>> = {
  0x6969: 'nfs',
  0x517b: 'smb',
  0xff534d42: 'cifs',
  0xfe534d42: 'smb',
  0x5346414f: 'afs',
  0x00c36400: 'ceph',
  0x0bd00bd0: 'lustre',
  0x47504653: 'gpfs',
  0x19830326: 'beegfs',
}

/** The file system that `path`, or what is there of it, is on. */
export function readDisk(path: string): DoctorFacts['disk'] {
  let there = path
  while (!existsSync(there) && there !== dirname(there)) there = dirname(there)
  const { type, bsize, blocks, bavail, files, ffree } = statfsSync(there)
  return {
    path,
    shared: SHARED[type],
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
