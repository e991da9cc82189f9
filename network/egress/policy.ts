import type { Cidr } from '../addresses/cidr.ts'
import type { PortRange } from '../netlink/rule.ts'

/** What a container may reach outside of its networks. */
export interface EgressPolicy {
  /** nothing, where there is none */
  readonly allowed: readonly AllowedDestination[]
}

export interface AllowedDestination {
  /** a part of all addresses of version 4, or a name: `*.example.org` is every name that ends so */
  readonly host: Cidr | string
  /** undefined: any, and without a protocol whatever is sent there */
  readonly ports?: PortRange
  /** undefined: both */
  readonly protocol?: 'tcp' | 'udp'
}

/** A policy of a container, and the file for what was refused. */
export interface Egress {
  readonly policy: EgressPolicy
  readonly logFile: string
}
