import type { HelperCommand } from './helper-command.ts'

export type NetworkMode = 'none' | 'host' | 'slirp4netns' | 'pasta'

export interface NetworkInput {
  /** the container has a user namespace of its own, which owns its network namespace */
  readonly userNamespace: boolean
}

/** What a mode needs and gives. Pure data; the launcher starts the helper. */
export interface NetworkDescription {
  readonly mode: NetworkMode
  readonly helper: HelperCommand | undefined
  /** the container's own, where it is known beforehand */
  readonly address: string | undefined
  /** where the container reaches the host, where it can */
  readonly hostAddress: string | undefined
  /** for the container's resolv.conf; undefined: the host's own */
  readonly nameserver: string | undefined
}
