import { TspodError } from '../../base/errors.ts'
import { type Address, formatAddress, parseAddress } from './address.ts'
import { type Cidr, contains, formatCidr, lastOf, parseCidr } from './cidr.ts'
import { type SubnetText, usableOf } from './subnet.ts'

/** Prefixes that leave room for a gateway and a container, and are no larger than the largest private network. */
const PREFIXES = { 4: { least: 8, most: 30 }, 6: { least: 8, most: 126 } } as const

export interface SubnetWords {
  readonly subnet: string
  readonly gateway?: string | undefined
  /** a part of the subnet, `10.89.0.128/25`, or its first and last address, `10.89.0.10-10.89.0.20` */
  readonly range?: string | undefined
}

/**
 * A subnet as a user gives it. The gateway is the first address where none is given.
 *
 * @throws {TspodError} E_BAD_SUBNET
 * @see podman-network-create(1), "--subnet", "--gateway", "--ip-range"
 */
export function parseSubnet({ subnet, gateway, range }: SubnetWords): SubnetText {
  const cidr = requireCidr(subnet)
  const text = formatCidr(cidr)
  const own = gateway === undefined ? { family: cidr.family, value: cidr.base + 1n } : requireInside(cidr, gateway)
  const lease = range === undefined ? undefined : parseRange(cidr, range)
  if (lease && lease.first === lease.last && lease.first === own.value)
    throw badSubnet(`the range ${shown(range ?? '')} holds the gateway alone`)
  const print = (value: bigint): string => formatAddress({ family: cidr.family, value })
  return {
    subnet: text,
    gateway: print(own.value),
    ...(lease && { leaseStart: print(lease.first), leaseEnd: print(lease.last), range: range ?? '' }),
  }
}

function requireCidr(text: string): Cidr {
  const cidr = parseCidr(text)
  if (!cidr) throw badSubnet(`${shown(text)} is no subnet`, 'write it as in 10.89.5.0/24 or fd00:5::/64')
  if (cidr.address.value !== cidr.base) {
    throw badSubnet(`${shown(text)} is an address in a subnet`, `the subnet is ${formatCidr(cidr)}`)
  }
  const { least, most } = PREFIXES[cidr.family]
  if (cidr.prefix < least) throw badSubnet(`the subnet ${text} is too large`, `use a prefix from /${least} on`)
  if (cidr.prefix > most) throw badSubnet(`the subnet ${text} is too small`, `use a prefix up to /${most}`)
  const first = Number(cidr.base >> (cidr.family === 4 ? 24n : 120n))
  if (cidr.family === 4 ? first === 0 || first === 127 || first >= 224 : first === 0xff || cidr.base >> 64n === 0n)
    throw badSubnet(
      `${text} is not for networks`,
      'use a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or fd00::/8',
    )
  return cidr
}

function requireInside(cidr: Cidr, text: string): Address {
  const gateway = parseAddress(text)
  if (!gateway) throw badSubnet(`the gateway ${shown(text)} is no address`)
  if (!contains(cidr, gateway)) throw badSubnet(`the gateway ${text} is outside of the subnet ${formatCidr(cidr)}`)
  const { first, last } = usableOf(cidr)
  if (gateway.value < first || gateway.value > last)
    throw badSubnet(`the gateway ${text} is the first or last address of the subnet ${formatCidr(cidr)}`)
  return gateway
}

function parseRange(cidr: Cidr, text: string): { readonly first: bigint; readonly last: bigint } {
  const [from = '', to] = text.split('-', 2)
  const part = parseCidr(text)
  const [start, end] = part
    ? [
        { family: part.family, value: part.base },
        { family: part.family, value: lastOf(part) },
      ]
    : [parseAddress(from), parseAddress(to ?? '')]
  if (!start || !end || start.value > end.value)
    throw badSubnet(`${shown(text)} is no range of addresses`, 'write it as in 10.89.0.128/25 or 10.89.0.10-10.89.0.20')
  if (!contains(cidr, start) || !contains(cidr, end))
    throw badSubnet(`the range ${text} is outside of the subnet ${formatCidr(cidr)}`)
  const { first, last } = usableOf(cidr)
  const lease = { first: start.value < first ? first : start.value, last: end.value > last ? last : end.value }
  if (lease.first > lease.last) throw badSubnet(`the range ${text} holds no address that a container could have`)
  return lease
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}

export function badSubnet(message: string, hint?: string): TspodError {
  return new TspodError('E_BAD_SUBNET', message, hint === undefined ? {} : { hint })
}
