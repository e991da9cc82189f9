import { TspodError } from '../../base/errors.ts'
import { chooseSubnet, chooseUniqueLocal, type SubnetPool } from '../../network/addresses/choose-subnet.ts'
import { type Cidr, formatCidr, overlap, parseCidr } from '../../network/addresses/cidr.ts'
import { badSubnet, parseSubnet } from '../../network/addresses/parse-subnet.ts'
import { readSubnet } from '../../network/addresses/subnet.ts'
import { UPLINK_SUBNETS } from '../../network/bridge/network.ts'
import type { NetworkRow, NetworkSubnet } from '../../storage/state/networks.ts'

export interface SubnetRequest {
  readonly subnets?: readonly string[]
  readonly gateways?: readonly string[]
  readonly ipRanges?: readonly string[]
  readonly ipv6?: boolean
}

export interface SubnetContext {
  readonly others: readonly Pick<NetworkRow, 'name' | 'subnets'>[]
  /** what the host has addresses in and routes to */
  readonly host: readonly Cidr[]
  /** 56 bits */
  readonly random: () => bigint
  /** what subnets that nobody asks for are parts of; as podman has them where it is not given */
  readonly pools?: readonly SubnetPool[] | undefined
}

/**
 * The subnets of a new network: those that were asked for, or one of version 4 that is free; with
 * `ipv6` one of version 6, too. A gateway and a range belong to the subnet of their version.
 *
 * @throws {TspodError} E_BAD_SUBNET, E_SUBNET_IN_USE, E_NO_SUBNET
 */
export function planSubnets(request: SubnetRequest, { others, host, random, pools }: SubnetContext): NetworkSubnet[] {
  const { subnets = [], gateways = [], ipRanges = [] } = request
  const asked = ([4, 6] as const).flatMap((family) => {
    const [subnet, more] = subnets.filter((text) => versionOf(text) === family)
    const [gateway, otherGateway] = gateways.filter((text) => versionOf(text) === family)
    const [range, otherRange] = ipRanges.filter((text) => versionOf(text) === family)
    if (more !== undefined || otherGateway !== undefined || otherRange !== undefined)
      throw badSubnet(`a network has one subnet of version ${family} with one gateway and one range`)
    const without = gateway ?? range
    if (subnet === undefined && without !== undefined)
      throw badSubnet(`--gateway and --ip-range need --subnet, and ${without.slice(0, 100)} has none of its version`)
    return subnet === undefined ? [] : [parseSubnet({ subnet, gateway, range })]
  })
  for (const { subnet } of asked) requireFree(subnet, others, host)
  const taken = [
    ...host,
    ...UPLINK_SUBNETS,
    ...others.flatMap((other) => other.subnets.map((subnet) => readSubnet(subnet).cidr)),
  ]
  const hasSix = asked.some(({ subnet }) => versionOf(subnet) === 6)
  return [
    ...(asked.length > 0 ? asked : [chooseSubnet(taken, pools)]),
    ...(request.ipv6 && !hasSix ? [chooseUniqueLocal(taken, random)] : []),
  ]
}

function versionOf(text: string): 4 | 6 {
  return text.includes(':') ? 6 : 4
}

function requireFree(text: string, others: SubnetContext['others'], host: readonly Cidr[]): void {
  const own = parseCidr(text)
  if (!own) throw new Error(`${text} was a subnet a moment ago`)
  requireNotUplink(own, `the subnet ${text}`)
  const other = overlapOf(text, others)
  if (other) throw inUse(`the subnet ${text} overlaps ${other.subnet} of the network ${other.name}`)
  const route = host.find((cidr) => overlap(own, cidr))
  if (route) throw inUse(`the subnet ${text} overlaps ${formatCidr(route)}, which the host reaches by itself`)
}

/** @param subject what is said to overlap */
export function requireNotUplink(cidr: Cidr, subject: string): void {
  const uplink = UPLINK_SUBNETS.find((other) => overlap(cidr, other))
  if (uplink) throw inUse(`${subject} overlaps ${formatCidr(uplink)}, by which all networks reach the host`)
}

/** Of which network it has addresses. */
export function overlapOf(
  text: string,
  others: SubnetContext['others'],
): { readonly subnet: string; readonly name: string } | undefined {
  const own = parseCidr(text)
  return others
    .flatMap(({ name, subnets }) => subnets.map((subnet) => ({ ...subnet, name })))
    .find((other) => own && overlap(own, readSubnet(other).cidr))
}

export function inUse(message: string): TspodError {
  return new TspodError('E_SUBNET_IN_USE', message, {
    hint: 'choose another subnet, or leave it out and get one that is free',
  })
}
