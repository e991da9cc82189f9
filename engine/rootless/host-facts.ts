import { existsSync } from 'node:fs'
import { arch, hostname, release } from 'node:os'
import { isErrno } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { IdMapping } from '../spec/oci.ts'
import { parseIdMap } from './parse-id-map.ts'
import { type Limits, parseLimits } from './parse-limits.ts'

/** What is true of the machine and of the caller, and does not change while a command runs. */
export interface HostFacts {
  /** containers get a user namespace of their own, inside the one this process is in */
  readonly rootless: boolean
  /** the caller's real ids; inside the user namespace the process itself is uid 0 */
  readonly uid: number
  readonly gid: number
  /** the ids that exist in the user namespace of this process, each mapped to itself */
  readonly uidMap: readonly IdMapping[]
  readonly gidMap: readonly IdMapping[]
  /** the caller's environment */
  readonly env: Readonly<Record<string, string | undefined>>
  /** as images name it: `amd64`, `arm64` */
  readonly arch: string
  /** as uname -r */
  readonly kernelRelease: string
  readonly hostname: string
  /** the caller's limits by name, `RLIMIT_NOFILE` */
  readonly rlimits: Readonly<Record<string, Limits>>
  /** those of `/dev/fuse` and `/dev/net/tun` that the host has */
  readonly devices: readonly string[]
  /** those of `selinux` and `apparmor` that are in use */
  readonly securityModules: readonly string[]
}

export interface Caller {
  readonly uid: number
  readonly gid: number
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Source: user_namespaces(7): the first namespace maps every id but (uid_t) -1. */
const ALL_IDS = 2 ** 32 - 1

/** Reads /proc/self and its like, each when it is asked for: short commands need little of it. */
export function readHostFacts({ uid, gid, env }: Caller): HostFacts {
  let limits: HostFacts['rlimits'] | undefined
  const uidMap = parseIdMap(readText('/proc/self/uid_map'))
  return {
    rootless: uid !== 0 || uidMap[0]?.size !== ALL_IDS,
    uid,
    gid,
    uidMap,
    gidMap: parseIdMap(readText('/proc/self/gid_map')),
    env,
    get arch() {
      return archOf(arch())
    },
    get kernelRelease() {
      return release()
    },
    get hostname() {
      return hostname()
    },
    get rlimits() {
      limits ??= parseLimits(readText('/proc/self/limits'))
      return limits
    },
    get devices() {
      return ['/dev/fuse', '/dev/net/tun'].filter((path) => existsSync(path))
    },
    get securityModules() {
      return [
        ...(existsSync('/sys/fs/selinux/enforce') ? ['selinux'] : []),
        ...(readText('/sys/module/apparmor/parameters/enabled').startsWith('Y') ? ['apparmor'] : []),
      ]
    },
  }
}

/** Source: OCI image-spec, config.md, which has Go's names. */
function archOf(nodeArch: string): string {
  return { x64: 'amd64', ia32: '386' }[nodeArch] ?? nodeArch
}

/** A container may hide parts of /proc and /sys; what cannot be read is as if it were not there. */
function readText(path: string): string {
  try {
    return readTextIfExists(path, 1 << 16) ?? ''
  } catch (error) {
    if (isErrno(error, 'EACCES', 'EPERM', 'EIO')) return ''
    throw error
  }
}
