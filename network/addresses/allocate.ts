import { TspodError } from '../../base/errors.ts'
import { formatAddress, parseAddress } from './address.ts'
import { formatCidr } from './cidr.ts'
import { type Subnet, unusable } from './subnet.ts'

export interface AllocateInput {
  readonly subnet: Subnet
  /** addresses that others have, by the names of who has them */
  readonly taken: ReadonlyMap<bigint, string>
  /** what was asked for */
  readonly requested: string | undefined
  /** the network's name, for messages */
  readonly network: string
}

/**
 * The address that a container gets: the one that was asked for, or the lowest that is free.
 *
 * @throws {TspodError} E_BAD_ADDRESS: what was asked for cannot be had by anybody
 * @throws {TspodError} E_ADDRESS_IN_USE, E_NETWORK_FULL
 */
export function allocate({ subnet, taken, requested, network }: AllocateInput): bigint {
  if (requested !== undefined) {
    const value = requireAddress(subnet, requested, network)
    const holder = taken.get(value)
    if (holder !== undefined) throw addressInUse(requested, network, holder)
    return value
  }
  const value = lowestFree(subnet, taken)
  if (value !== undefined) return value
  const { cidr, lease } = subnet
  const [first, last] = [lease.first, lease.last].map((end) => formatAddress({ family: cidr.family, value: end }))
  throw new TspodError('E_NETWORK_FULL', `no address from ${first} to ${last} is free in the network ${network}`, {
    hint: 'stop containers that are in it, or make a larger one with "tspod network create --subnet"',
  })
}

/**
 * The number of an address that a container can have in this subnet.
 *
 * @throws {TspodError} E_BAD_ADDRESS
 */
export function requireAddress(subnet: Subnet, text: string, network: string): bigint {
  const address = parseAddress(text)
  const why = address ? unusable(subnet, address) : 'it is no address'
  if (address && why === undefined) return address.value
  const message = `no container of the network ${network} (${formatCidr(subnet.cidr)}) can have ${JSON.stringify(text.slice(0, 100))}: ${why}`
  throw new TspodError('E_BAD_ADDRESS', message)
}

/** Looks at what is taken alone: a subnet of version 6 has more addresses than can be tried. */
function lowestFree({ gateway, lease }: Subnet, taken: ReadonlyMap<bigint, string>): bigint | undefined {
  let value = lease.first
  while (value === gateway || taken.has(value)) value++
  return value > lease.last ? undefined : value
}

function addressInUse(address: string, network: string, holder: string): TspodError {
  return new TspodError('E_ADDRESS_IN_USE', `the address ${address} of the network ${network} is in use by ${holder}`, {
    hint: 'choose another one, or leave it out and get one that is free',
  })
}
