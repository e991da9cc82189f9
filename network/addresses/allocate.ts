import { TspodError } from '../../base/errors.ts'
import { formatAddress, parseAddress } from './address.ts'
import { formatCidr } from './cidr.ts'
import { type Subnet, unusable } from './subnet.ts'

export interface AllocateInput {
  /** of one version */
  readonly subnets: readonly Subnet[]
  /** addresses of that version that others have, by the names of who has them */
  readonly taken: ReadonlyMap<bigint, string>
  /** what was asked for */
  readonly requested: string | undefined
  /** the network's name, for messages */
  readonly network: string
}

export interface Allocated {
  readonly subnet: Subnet
  readonly value: bigint
}

/**
 * The address that a container gets: the one that was asked for, or the lowest that is free.
 *
 * @throws {TspodError} E_BAD_ADDRESS: what was asked for cannot be had by anybody
 * @throws {TspodError} E_ADDRESS_IN_USE, E_NETWORK_FULL
 */
export function allocate(input: AllocateInput): Allocated {
  if (input.requested !== undefined) return allocateRequested(input, input.requested)
  for (const subnet of input.subnets) {
    const value = lowestFree(subnet, input.taken)
    if (value !== undefined) return { subnet, value }
  }
  const ranges = input.subnets.map(({ cidr }) => formatCidr(cidr)).join(', ')
  throw new TspodError('E_NETWORK_FULL', `no address is free in the network ${input.network} (${ranges})`, {
    hint: 'stop containers that are in it, or make a larger one with "tspod network create --subnet"',
  })
}

function allocateRequested({ subnets, taken, network }: AllocateInput, text: string): Allocated {
  const subnet = requireAddress({ subnets, network }, text)
  const value = parseAddress(text)?.value ?? 0n
  const holder = taken.get(value)
  if (holder === undefined) return { subnet, value }
  throw new TspodError('E_ADDRESS_IN_USE', `the address ${text} of the network ${network} is in use by ${holder}`, {
    hint: 'choose another one, or leave it out and get one that is free',
  })
}

/**
 * The subnet in which somebody can have this address.
 *
 * @throws {TspodError} E_BAD_ADDRESS
 */
export function requireAddress({ subnets, network }: Pick<AllocateInput, 'subnets' | 'network'>, text: string): Subnet {
  const address = parseAddress(text)
  const own = subnets.filter(({ cidr }) => cidr.family === address?.family)
  const [first] = own
  if (!address || !first)
    throw badAddress(text, network, address ? `it has no subnet of version ${address.family}` : 'it is no address')
  const found = own.find((subnet) => unusable(subnet, address) === undefined)
  if (found) return found
  const reasons = own.map((subnet) => unusable(subnet, address) ?? '')
  const why = reasons.find((reason) => reason !== 'it is outside')
  throw badAddress(text, network, why ?? `it is outside of ${own.map(({ cidr }) => formatCidr(cidr)).join(', ')}`)
}

/** Looks at what is taken alone: a subnet of version 6 has more addresses than can be tried. */
function lowestFree({ gateway, lease }: Subnet, taken: ReadonlyMap<bigint, string>): bigint | undefined {
  let value = lease.first
  while (value === gateway || taken.has(value)) value++
  return value > lease.last ? undefined : value
}

function badAddress(text: string, network: string, why: string): TspodError {
  return new TspodError(
    'E_BAD_ADDRESS',
    `no container of the network ${network} can have ${JSON.stringify(text.slice(0, 100))}: ${why}`,
  )
}

/** As text, without a prefix. */
export function addressText({ subnet, value }: Allocated): string {
  return formatAddress({ family: subnet.cidr.family, value })
}
