import type { PodRow } from '../../storage/state/pods.ts'
import type { Shared } from './parse-share.ts'

/** What the engine keeps of a pod beside the columns of its row. */
export interface PodConfig {
  readonly version: 1
  /** kinds of namespaces that its containers have in common */
  readonly shares: readonly Shared[]
  readonly hostname: string
  /** `stop`: the holder ends with the last of the others */
  readonly exitPolicy: ExitPolicy
  /** the command line it comes from, for `inspect` */
  readonly createCommand: readonly string[]
  /** of its containers, where they say nothing of it */
  readonly restart?: string
  readonly cgroupParent?: string
}

export const EXIT_POLICIES = ['continue', 'stop'] as const
export type ExitPolicy = (typeof EXIT_POLICIES)[number]

/** @throws {Error} the row was not written by this version: a bug, as migrations rewrite older ones */
export function parsePodConfig({ config }: Pick<PodRow, 'config'>): PodConfig {
  if (typeof config !== 'object' || config === null || !('version' in config) || config.version !== 1) {
    throw new Error('a pod row holds no configuration of version 1')
  }
  return config as PodConfig
}
