import type { HelperCommand } from './helper-command.ts'

/**
 * `container` is another container's, whose helper serves both, `ns` one of somebody else's; `bridge` is networks with
 * names, which have one helper.
 */
export type NetworkMode = 'none' | 'host' | 'container' | 'ns' | 'bridge' | 'slirp4netns' | 'pasta'

export interface NetworkInput {
  /** the container has a user namespace of its own, which owns its network namespace */
  readonly userNamespace: boolean
  /** there is a /dev/net/tun, which every helper needs; true where it is not given */
  readonly hasTun?: boolean
  /** what the helper is to publish of it */
  readonly ports?: readonly Port[]
  /** where slirp4netns is to listen for who publishes ports; see publishPorts */
  readonly apiSocket?: string
  /** which of two helpers is taken where nobody asks for one */
  readonly rootlessNetwork?: 'pasta' | 'slirp4netns'
  /** arguments for pasta, in place of ours that speak of the same */
  readonly pastaOptions?: readonly string[]
  /** `name=value`. Source: podman-run(1), "--network" */
  readonly slirpOptions?: readonly string[]
  /** what a program says of its version, or else of its options */
  readonly versionOf?: (program: string) => string
}

/** A port of the host that leads to one of the container. */
export interface Port {
  /** '' is every address */
  readonly hostIp: string
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: 'tcp' | 'udp'
}

/** What a mode needs and gives. Pure data; the launcher starts the helper. */
export interface NetworkDescription {
  readonly mode: NetworkMode
  readonly helper: HelperCommand | undefined
  /** the container's own, where it is known beforehand */
  readonly address: string | undefined
  /** all of whose addresses are as near to it; undefined: not known beforehand */
  readonly subnet?: string
  /** where the container reaches the host, where it can */
  readonly hostAddress: string | undefined
  /** for the container's resolv.conf; undefined: the host's own */
  readonly nameserver: string | undefined
  /** it knows names of the network, so that no other is asked */
  readonly knowsMore?: boolean
}
