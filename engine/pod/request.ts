import type { RunRequest } from '../request.ts'
import type { ExitPolicy } from './config.ts'

/** What of a pod is that of the container which holds its namespaces, in the words of `run`. */
export const HOLDER_WORDS = [
  'addHosts',
  'cgroupParent',
  'dns',
  'dnsOptions',
  'dnsSearch',
  'egress',
  'gidmap',
  'hostname',
  'hostsFile',
  'ip',
  'ip6',
  'macAddress',
  'makeSources',
  'monitorPidfile',
  'networkAliases',
  'networks',
  'noHosts',
  'pid',
  'publish',
  'securityOpt',
  'shmSize',
  'subgidname',
  'subuidname',
  'sysctl',
  'uidmap',
  'userns',
  'uts',
  'volumes',
  'volumesFrom',
] as const satisfies readonly (keyof RunRequest)[]

export type HolderRequest = Pick<RunRequest, (typeof HOLDER_WORDS)[number]>

/** What the user asks of `pod create`. */
export interface PodRequest extends HolderRequest {
  readonly name?: string
  /** whether there is a container that holds the namespaces; the default */
  readonly infra?: boolean
  readonly infraName?: string
  /** see `parseShare` */
  readonly share?: string
  readonly exitPolicy?: ExitPolicy
  readonly labels?: readonly string[]
  readonly labelFiles?: readonly string[]
  /** of its containers, where they say nothing of it */
  readonly restart?: string
  /** another pod of this name goes first */
  readonly replace?: boolean
  /** gets the pod's id */
  readonly podIdFile?: string
  readonly createCommand?: readonly string[]
}
