import { type Address, BITS, formatAddress, parseAddress } from './address.ts'

/** A part of all addresses: those that begin with the same `prefix` bits as `base`, whose other bits are 0. */
export interface Cidr {
  readonly family: 4 | 6
  readonly base: bigint
  readonly prefix: number
}

/** `10.1.2.0/24`; undefined for what is none. What stands behind the prefix is in `address` alone. */
export function parseCidr(text: string): (Cidr & { readonly address: Address }) | undefined {
  const [, host = '', digits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = parseAddress(host)
  const prefix = Number(digits)
  if (!address || prefix > BITS[address.family]) return undefined
  return { ...cidrOf(address, prefix), address }
}

/** The part of this prefix that an address is in. */
export function cidrOf({ family, value }: Address, prefix: number): Cidr {
  const hostBits = BigInt(BITS[family] - prefix)
  return { family, base: (value >> hostBits) << hostBits, prefix }
}

export function formatCidr({ family, base, prefix }: Cidr): string {
  return `${formatAddress({ family, value: base })}/${prefix}`
}

/** The address with the highest number in it: of version 4, that of the broadcast. */
export function lastOf({ family, base, prefix }: Cidr): bigint {
  return base + (1n << BigInt(BITS[family] - prefix)) - 1n
}

export function contains(cidr: Cidr, { family, value }: Address): boolean {
  return family === cidr.family && value >= cidr.base && value <= lastOf(cidr)
}

/** Whether an address is in both: then one of them is in the other. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return one.family === other.family && one.base <= lastOf(other) && other.base <= lastOf(one)
}
