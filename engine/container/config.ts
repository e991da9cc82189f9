import type { LayerMap } from '../../storage/layers/mapped-ids.ts'
import type { RunRequest } from '../request.ts'
import type { ContainerSecret } from '../secret/container-secrets.ts'
import type { OciConfig } from '../spec/oci.ts'

/** What the engine keeps of a container beside the columns of its row: enough to start it, join it and describe it. */
export interface ContainerConfig {
  readonly version: 1
  /** without linux.seccomp, which is kept compiled: `filterFile` */
  readonly spec: OciConfig
  readonly request: RunRequest
  readonly imageDigest: string
  /** the words of the command that come before the user's or the image's own */
  readonly entrypoint?: readonly string[]
  /** name inside `<root>/seccomp/`; absent when unconfined */
  readonly filterFile?: string
  /** see ContainerNetwork */
  readonly networkMode: string
  readonly address?: string
  readonly stopSignal: number
  readonly stopTimeoutS: number
  readonly volumes: readonly ContainerVolume[]
  readonly restart?: RestartPolicy
  readonly health?: HealthConfig
  readonly log?: LogConfig
  /** other containers whose namespaces it is in, by their ids; the user namespace is shared with `user` */
  readonly joined?: Readonly<Partial<Record<'user' | 'pid' | 'ipc' | 'uts' | 'network', string>>>
  /** ids of containers that are started before it */
  readonly requires?: readonly string[]
  /** it runs nothing and holds the namespaces of its pod */
  readonly isInfra?: boolean
  /** the directory of the host that is its root file system, with --rootfs */
  readonly rootfs?: { readonly path: string; readonly overlay: boolean }
  /** how what it writes is owned on the disk; absent where ids on the disk are those of the container */
  readonly layerMap?: LayerMap
  /** its ids are no other container's, --userns auto */
  readonly isAutomatic?: boolean
  /** the supplementary groups of the caller are kept, --group-add keep-groups */
  readonly keepGroups?: boolean
  /** ports that are published, or only said to be there */
  readonly ports?: readonly PublishedPort[]
  readonly exposed?: readonly string[]
  /** beside `ports`, what may lead to it while it runs, as a command that changed them was killed */
  readonly strayPorts?: readonly PublishedPort[]
  /** never what they are: see secretEnv */
  readonly secrets?: readonly ContainerSecret[]
}

/** The file of the network namespace it is in, where that is no container's. */
export function networkPath({ networkMode }: Pick<ContainerConfig, 'networkMode'>): string | undefined {
  return networkMode.startsWith('ns:') ? networkMode.slice('ns:'.length) : undefined
}

/** Source: podman-run(1), "--restart". */
export interface RestartPolicy {
  readonly name: 'no' | 'always' | 'unless-stopped' | 'on-failure'
  /** of on-failure; 0 is without end */
  readonly maximumRetryCount: number
}

/** Source: Docker's image specification, "Healthcheck"; podman-run(1), "--health-cmd" and what follows. */
export interface HealthConfig {
  /** what is run in the container: argv */
  readonly argv: readonly string[]
  /** as the image or the flag has it: `CMD`, or `CMD-SHELL` and a line */
  readonly test: readonly string[]
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly startPeriodMs: number
  readonly startIntervalMs: number
  readonly retries: number
  readonly onFailure: 'none' | 'kill' | 'restart' | 'stop'
  readonly maxLogCount: number
  readonly maxLogSize: number
  readonly startup?: StartupHealthConfig
}

/** Runs in place of the ordinary check until it has succeeded. Source: podman-run(1), "--health-startup-cmd". */
export interface StartupHealthConfig
  extends Pick<HealthConfig, 'argv' | 'test' | 'intervalMs' | 'timeoutMs' | 'retries'> {
  /** so often; 0 is once. `retries` are failures after which the container is restarted, 0 for never */
  readonly successes: number
}

export interface LogConfig {
  readonly driver: 'k8s-file' | 'json-file' | 'journald' | 'none' | 'passthrough'
  /** absolute; where it is absent `ctr.log` in the container's directory */
  readonly path?: string
  /** the file is changed for a new one when it is larger; 0 is never */
  readonly maxSizeBytes: number
  /** how many are kept, the current one among them */
  readonly maxFiles: number
  readonly tag?: string
}

export interface PublishedPort {
  /** '' is every address, of both versions */
  readonly hostIp: string
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp'
  /** the port of the host was left to us, so it may be another one */
  readonly isChosen?: boolean
}

export interface ContainerVolume {
  readonly type: 'bind' | 'volume' | 'image'
  /** of a named or anonymous volume, or an image; '' for a bind */
  readonly name: string
  readonly anonymous: boolean
  readonly source: string
  readonly destination: string
  /** mount(8) words */
  readonly options: readonly string[]
  /** what is written goes elsewhere, and the source stays as it is */
  readonly overlay?: boolean
  /** where `source` is a part of a volume or directory: that one, from which no link may lead to it */
  readonly within?: string
}

/** @throws {Error} the row was not written by this version: a bug, as migrations rewrite older ones */
export function parseContainerConfig(value: unknown): ContainerConfig {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) {
    throw new Error('a container row holds no configuration of version 1')
  }
  return value as ContainerConfig
}
