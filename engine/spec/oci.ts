/**
 * The part of an OCI runtime configuration (config.json) that tspod writes and carries out.
 * Source: OCI runtime-spec, config.md and config-linux.md; member names are the spec's.
 */
export interface OciConfig {
  readonly ociVersion: string
  readonly hostname: string
  readonly process: OciProcess
  readonly root: { readonly path: string; readonly readonly: boolean }
  readonly mounts: readonly OciMount[]
  readonly annotations: Readonly<Record<string, string>>
  readonly linux: OciLinux
}

export interface OciProcess {
  readonly terminal: boolean
  readonly user: {
    readonly uid: number
    readonly gid: number
    readonly umask: number
    readonly additionalGids: readonly number[]
    /** not in the specification: the groups of the calling process stay as they are */
    readonly keepGroups?: boolean
  }
  readonly args: readonly string[]
  readonly env: readonly string[]
  readonly cwd: string
  readonly capabilities: OciCapabilities
  readonly rlimits: readonly { readonly type: string; readonly soft: number; readonly hard: number }[]
  readonly noNewPrivileges: boolean
  readonly oomScoreAdj?: number
}

/** Names as in capabilities(7), `CAP_` included. */
export interface OciCapabilities {
  readonly bounding: readonly string[]
  readonly effective: readonly string[]
  readonly inheritable: readonly string[]
  readonly permitted: readonly string[]
  readonly ambient: readonly string[]
}

/**
 * `source` of an overlay is an empty directory, where it is mounted while what it is made of is in
 * sight. `options` are mount(8) words: `rbind`, `ro`, `nosuid`, `noexec`, `nodev`, `private`, `size=64m` …
 */
export interface OciMount {
  readonly destination: string
  readonly type: string
  readonly source: string
  readonly options: readonly string[]
}

export interface OciLinux {
  readonly namespaces: readonly { readonly type: OciNamespaceType; readonly path?: string }[]
  readonly uidMappings: readonly IdMapping[]
  readonly gidMappings: readonly IdMapping[]
  /** `source` is the host's device file; not in the specification, which has numbers: ours are bound. `path` where it is absent */
  readonly devices: readonly { readonly path: string; readonly source?: string; readonly readonly?: boolean }[]
  readonly maskedPaths: readonly string[]
  readonly readonlyPaths: readonly string[]
  readonly sysctl: Readonly<Record<string, string>>
  readonly resources: OciResources
  readonly seccomp?: OciSeccomp
}

export type OciNamespaceType = 'user' | 'mount' | 'pid' | 'uts' | 'ipc' | 'network' | 'cgroup'

export interface IdMapping {
  readonly containerID: number
  /** an id of the user namespace the launcher runs in, not of the machine */
  readonly hostID: number
  readonly size: number
}

/** Limits that were asked for; empty where none was. */
export interface OciResources {
  /** `swap` is memory and swap together; -1 is no limit on it */
  readonly memory?: { readonly limit?: number; readonly swap?: number; readonly reservation?: number }
  readonly cpu?: {
    readonly quota?: number
    readonly period?: number
    readonly shares?: number
    readonly cpus?: string
    readonly mems?: string
  }
  readonly pids?: { readonly limit: number }
  readonly blockIO?: { readonly weight: number }
  /** files of the cgroup and what is written to them */
  readonly unified?: Readonly<Record<string, string>>
}

/** Source: OCI runtime-spec, config-linux.md, "Seccomp". */
export interface OciSeccomp {
  /** not in the specification: tells a profile of ours from all others of ours */
  readonly builtIn?: string
  readonly defaultAction: string
  readonly defaultErrnoRet?: number
  readonly architectures: readonly string[]
  readonly syscalls: readonly OciSyscallRule[]
}

export interface OciSyscallRule {
  readonly names: readonly string[]
  readonly action: string
  readonly errnoRet?: number
  readonly args: readonly {
    readonly index: number
    readonly value: number
    readonly valueTwo: number
    readonly op: string
  }[]
}
