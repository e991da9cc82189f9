import type { RunRequest } from '../request.ts'
import type { OciConfig } from '../spec/oci.ts'

/** What the engine keeps of a container beside the columns of its row: enough to start it, join it and describe it. */
export interface ContainerConfig {
  readonly version: 1
  /** without linux.seccomp, which is kept compiled: `filterFile` */
  readonly spec: OciConfig
  readonly request: RunRequest
  readonly imageDigest: string
  /** name inside `<root>/seccomp/`; absent when unconfined */
  readonly filterFile?: string
  readonly networkMode: string
  readonly address?: string
  readonly stopSignal: number
  readonly stopTimeoutS: number
  readonly volumes: readonly ContainerVolume[]
}

export interface ContainerVolume {
  readonly type: 'bind' | 'volume'
  /** of a named or anonymous volume; '' for a bind */
  readonly name: string
  readonly anonymous: boolean
  readonly source: string
  readonly destination: string
  readonly options: readonly string[]
}

/** @throws {Error} the row was not written by this version: a bug, as migrations rewrite older ones */
export function parseContainerConfig(value: unknown): ContainerConfig {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) {
    throw new Error('a container row holds no configuration of version 1')
  }
  return value as ContainerConfig
}
