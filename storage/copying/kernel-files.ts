import { statfsSync } from 'node:fs'
import { ofDescriptor } from './descriptors.ts'

/** Those of file systems in which the kernel shows itself: nothing in them is anybody's data. Source: statfs(2). */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x63677270, // cgroup2
  0x27e0eb, // cgroup
  0x1cd1, // devpts
  0x19800202, // mqueue
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
])

/** Whether a directory, by its handle, is one in which the kernel shows itself. */
export function isOfKernel(fd: number): boolean {
  return KERNEL_FILE_SYSTEMS.has(statfsSync(ofDescriptor(fd)).type)
}
