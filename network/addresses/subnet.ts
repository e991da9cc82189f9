import { type Address, parseAddress } from './address.ts'
import { type Cidr, contains, lastOf, parseCidr } from './cidr.ts'

/** A subnet of a network as it is kept and shown: texts, which were checked when the network was made. */
export interface SubnetText {
  /** `10.89.0.0/24` */
  readonly subnet: string
  readonly gateway: string
  /** both or none: the addresses that are given to containers */
  readonly leaseStart?: string
  readonly leaseEnd?: string
  /** as it was asked for */
  readonly range?: string
}

export interface Subnet {
  readonly cidr: Cidr
  readonly gateway: bigint
  /** the first and the last address that is given to containers */
  readonly lease: { readonly first: bigint; readonly last: bigint }
}

/** What was kept, as numbers. */
export function readSubnet(text: SubnetText): Subnet {
  const cidr = parseCidr(text.subnet)
  const gateway = parseAddress(text.gateway)
  if (!cidr || !gateway) throw new Error(`a network has the subnet ${text.subnet} with the gateway ${text.gateway}`)
  const usable = usableOf(cidr)
  return {
    cidr,
    gateway: gateway.value,
    lease: {
      first: parseAddress(text.leaseStart ?? '')?.value ?? usable.first,
      last: parseAddress(text.leaseEnd ?? '')?.value ?? usable.last,
    },
  }
}

/**
 * The addresses that one can have: not the network's own, and of version 4 not that of the
 * broadcast. Source: RFC 1122, section 3.2.1.3; RFC 4291, section 2.6.1.
 */
export function usableOf(cidr: Cidr): { readonly first: bigint; readonly last: bigint } {
  return { first: cidr.base + 1n, last: lastOf(cidr) - (cidr.family === 4 ? 1n : 0n) }
}

/** Why nobody can have this address in the subnet; undefined where somebody can. */
export function unusable({ cidr, gateway }: Subnet, address: Address): string | undefined {
  if (!contains(cidr, address)) return 'it is outside'
  if (address.value === cidr.base) return 'it is that of the network itself'
  if (address.value > usableOf(cidr).last) return 'it is that of the broadcast'
  if (address.value === gateway) return 'it is that of the gateway'
  return undefined
}
