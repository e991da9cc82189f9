import { readlinkSync } from 'node:fs'

/** Numbers of the namespaces that a container is in; '' where it does not run. Source: namespaces(7). */
export interface ContainerNamespaces {
  readonly cgroup: string
  readonly ipc: string
  readonly mnt: string
  readonly net: string
  readonly pid: string
  readonly user: string
  readonly uts: string
}

/** As of now, of the process with this pid. */
export function readNamespaces(pid: number | null): ContainerNamespaces {
  const read = (name: string): string => (pid === null ? '' : numberOf(`/proc/${pid}/ns/${name}`))
  return {
    cgroup: read('cgroup'),
    ipc: read('ipc'),
    mnt: read('mnt'),
    net: read('net'),
    pid: read('pid'),
    user: read('user'),
    uts: read('uts'),
  }
}

/** `ipc:[4026531839]`; a process that has ended, or may not be looked at, has none. */
function numberOf(path: string): string {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(path))?.[1] ?? ''
  } catch {
    return ''
  }
}
