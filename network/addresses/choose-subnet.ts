import { TspodError } from '../../base/errors.ts'
import { formatAddress } from './address.ts'
import { type Cidr, cidrOf, formatCidr, lastOf, overlap, parseCidr } from './cidr.ts'
import type { SubnetText } from './subnet.ts'

/** Source: containers.conf(5), "default_subnet_pools": as podman has them without a file, each in parts of /24. */
const POOLS: readonly Cidr[] = ['10.89.0.0/16', '10.90.0.0/15', '10.92.0.0/14', '10.96.0.0/11', '10.128.0.0/9'].map(
  poolOf,
)
const PART_PREFIX = 24
const PART_SIZE = 256n

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
 * @throws {TspodError} E_NO_SUBNET: all of them are in use
 */
export function chooseSubnet(taken: readonly Cidr[]): SubnetText {
  const spans = [...taken, ...NEVER]
    .filter(({ family }) => family === 4)
    .map((cidr) => ({ first: cidr.base, last: lastOf(cidr) }))
    .sort((one, other) => (one.first < other.first ? -1 : 1))
  for (const pool of POOLS) {
    const base = firstFree(pool, spans)
    if (base !== undefined) return firstGateway({ family: 4, base, prefix: PART_PREFIX })
  }
  throw new TspodError('E_NO_SUBNET', 'no subnet is left for another network', {
    hint: 'remove networks with "tspod network prune", or choose one with --subnet',
  })
}

/** @param spans in order: what begins behind a part is not in it, and neither is what follows */
function firstFree(
  pool: Cidr,
  spans: readonly { readonly first: bigint; readonly last: bigint }[],
): bigint | undefined {
  let base = pool.base
  for (const { first, last } of spans) {
    if (first >= base + PART_SIZE) break
    if (last >= base) base = (last / PART_SIZE + 1n) * PART_SIZE
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

function poolOf(text: string): Cidr {
  const cidr = parseCidr(text)
  if (!cidr) throw new Error(`${text} is no subnet`)
  return cidr
}
