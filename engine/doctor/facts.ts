import type { Distribution } from '../../base/distribution.ts'
import type { IdRange } from '../rootless/id-range.ts'

export interface ProgramFact {
  /** absolute path; undefined: not installed */
  readonly path: string | undefined
  /** what it says of its version; '' where it was not asked */
  readonly version: string
}

export interface MapperFact {
  readonly path: string | undefined
  /** it may map ids: a set-user-id bit, or a file capability */
  readonly mayMap: boolean
}

/** Ranges of one of /etc/subuid and /etc/subgid. */
export interface SubidFact {
  readonly ranges: readonly IdRange[]
  /** others of the file that have some of the same ids */
  readonly sharedWith: readonly string[]
}

/** What was found out about this machine; undefined: it could not be. */
export interface DoctorFacts {
  readonly distribution: Distribution
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number; readonly home: string }
  /** of /etc/subuid, behind all that is there: where a new range may begin */
  readonly firstFreeSubid: number
  readonly rootless: boolean
  readonly namespace: {
    /** why there is none for the user, or none in it for a container */
    readonly problem: string | undefined
    /** how many ids the user's namespace has, and how many it would have if it were made now */
    readonly ids: number
    readonly expectedIds: number
    /** sysctls that forbid them, by name; those that are not there are left out */
    readonly sysctls: Readonly<Record<string, string>>
  }
  readonly subuid: SubidFact
  readonly subgid: SubidFact
  /** lines of the files that were left out, and why */
  readonly subidNotices: readonly string[]
  readonly newuidmap: MapperFact
  readonly newgidmap: MapperFact
  readonly storage:
    | { readonly driver: string; readonly tried: readonly { readonly name: string; readonly reason: string }[] }
    | { readonly problem: string; readonly hint: string | undefined }
    | undefined
  readonly fuseOverlayfs: ProgramFact
  readonly devices: readonly string[]
  readonly slirp4netns: ProgramFact
  readonly pasta: ProgramFact
  readonly cgroup: {
    readonly version: 'v1' | 'v2'
    readonly manager: 'cgroupfs' | 'systemd' | 'none'
    readonly controllers: readonly string[]
    readonly problem: { readonly reason: string; readonly hint: string } | undefined
  }
  readonly securityModules: readonly string[]
  readonly seccomp: { readonly inKernel: boolean; readonly problem: string | undefined }
  /** kernel keyrings: how many keys the user has, and may have */
  readonly keys: { readonly used: number; readonly most: number } | undefined
  /** what was counted of the user's own processes is the least that is used */
  readonly inotify: {
    readonly usedInstances: number
    readonly mostInstances: number
    readonly usedWatches: number
    readonly mostWatches: number
    /** why not even one more can be had */
    readonly problem: string | undefined
  }
  readonly disk: {
    readonly path: string
    /** the type of its file system, where other machines may have it mounted, too */
    readonly shared: string | undefined
    readonly freeBytes: number
    readonly sizeBytes: number
    /** 0 where the file system has no fixed number */
    readonly inodes: number
    readonly freeInodes: number
  }
  readonly clock: {
    readonly nowMs: number
    /** the latest time that is known to have been: of this build, of the last event */
    readonly newestMs: number
    /** undefined: nobody who says so is here */
    readonly isSynchronized: boolean | undefined
  }
  /** undefined: no systemd */
  readonly lingers: boolean | undefined
  /** what XDG_RUNTIME_DIR is, and whether it is one of a session */
  readonly runtimeDirectory: { readonly path: string; readonly isOfSession: boolean }
  /** whether we may ping, which the helpers of networks do for containers */
  readonly canPing: boolean
  readonly firstUnprivilegedPort: number | undefined
}
