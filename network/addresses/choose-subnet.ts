import { TspodError } from '../../base/errors.ts'
import { formatAddress } from './address.ts'
import { type Cidr, cidrOf, formatCidr, lastOf, overlap, parseCidr } from './cidr.ts'
import { badSubnet, parseSubnet } from './parse-subnet.ts'
import type { SubnetText } from './subnet.ts'

/** What networks are given parts of: subnets with prefixes of `size` bits. Source: containers.conf(5), "default_subnet_pools" */
export interface SubnetPool {
  readonly base: string
  readonly size: number
}

/** As podman has them without a file. */
const POOLS: readonly SubnetPool[] = [
  '10.89.0.0/16',
  '10.90.0.0/15',
  '10.92.0.0/14',
  '10.96.0.0/11',
  '10.128.0.0/9',
].map((base) => ({ base, size: 24 }))
const MOST_PREFIX = 30

/** Never one of these: link-local, which pasta and clouds have uses for. Source: RFC 3927. */
const NEVER: readonly Cidr[] = ['169.254.0.0/16'].map(poolOf)

/** A prefix of 64 bits for a network of version 6. Source: RFC 4193, section 3.1. */
const UNIQUE_LOCAL = 0xfdn << 120n
const UNIQUE_LOCAL_PREFIX = 64
const RANDOM_BITS = 56n

/**
 * The first part of the pools that nobody else uses.
 *
 * @param taken subnets of other networks, and what the host has routes to
 * @param pools as `requirePool` lets through
 * @throws {TspodError} E_NO_SUBNET: all of them are in use
 */
export function chooseSubnet(taken: readonly Cidr[], pools: readonly SubnetPool[] = POOLS): SubnetText {
  const spans = [...taken, ...NEVER]
    .filter(({ family }) => family === 4)
    .map((cidr) => ({ first: cidr.base, last: lastOf(cidr) }))
    .sort((one, other) => (one.first < other.first ? -1 : 1))
  for (const { base: pool, size } of pools) {
    const base = firstFree(poolOf(pool), size, spans)
    if (base !== undefined) return firstGateway({ family: 4, base, prefix: size })
  }
  throw new TspodError('E_NO_SUBNET', 'no subnet is left for another network', {
    hint: 'remove networks with "tspod network prune", or choose one with --subnet',
  })
}

/** @param spans in order: what begins behind a part is not in it, and neither is what follows */
function firstFree(
  pool: Cidr,
  prefix: number,
  spans: readonly { readonly first: bigint; readonly last: bigint }[],
): bigint | undefined {
  const size = 1n << BigInt(32 - prefix)
  let base = pool.base
  for (const { first, last } of spans) {
    if (first >= base + size) break
    if (last >= base) base = (last / size + 1n) * size
  }
  return base < lastOf(pool) ? base : undefined
}

/**
 * A subnet of version 6 that is nobody else's.
 *
 * @param random 56 bits at random; asked again where they are somebody's
 */
export function chooseUniqueLocal(taken: readonly Cidr[], random: () => bigint): SubnetText {
  for (;;) {
    const value = UNIQUE_LOCAL | ((random() & ((1n << RANDOM_BITS) - 1n)) << 64n)
    const cidr = cidrOf({ family: 6, value }, UNIQUE_LOCAL_PREFIX)
    if (!taken.some((other) => overlap(cidr, other))) return firstGateway(cidr)
  }
}

function firstGateway(cidr: Cidr): SubnetText {
  return { subnet: formatCidr(cidr), gateway: formatAddress({ family: cidr.family, value: cidr.base + 1n }) }
}

/** @throws {TspodError} E_BAD_SUBNET */
export function requirePool({ base, size }: SubnetPool): void {
  const { subnet } = parseSubnet({ subnet: base })
  const { family, prefix } = poolOf(subnet)
  if (family !== 4) throw badSubnet(`${base} is not of version 4`)
  if (size >= prefix && size <= MOST_PREFIX) return
  throw badSubnet(
    `the size ${size} is not from ${prefix} to ${MOST_PREFIX}`,
    'it is the prefix of the parts of the pool',
  )
}

function poolOf(text: string): Cidr {
  const cidr = parseCidr(text)
  if (!cidr) throw new Error(`${text} is no subnet`)
  return cidr
}
