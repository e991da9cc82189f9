import { type Address, BITS, formatAddress } from '../addresses/address.ts'
import { cidrOf } from '../addresses/cidr.ts'
import type { Subnet } from '../addresses/subnet.ts'
import {
  type BridgeNetwork,
  bridgeName,
  gatewayOf,
  indexOf,
  limitedTable,
  PRIORITY,
  REFUSED,
  UPLINK,
} from '../bridge/network.ts'
import { answerAtOnce, deleteLink, forwardPackets } from '../netlink/link.ts'
import { MAIN_TABLE, openRoute, putLinkRoute } from '../netlink/route.ts'
import { addRule, deleteRuleOf, type PortRange } from '../netlink/rule.ts'
import type { AllowedDestination, Egress } from './policy.ts'

/**
 * The link of a container whose way out is limited. It is no port of the bridge, but a way of its own
 * into the networks' namespace: so what comes in by it is that container's, whatever address it gives
 * itself, and goes nowhere but by the rules for that link.
 */
export interface LimitedLink {
  readonly network: BridgeNetwork
  /** in the networks' namespace: names no other one */
  readonly name: string
  readonly index: number
  /** from 0 to LIMITED_NUMBERS - 1, no other one's either */
  readonly number: number
  /** the container's, of version 4: nothing of version 6 is carried */
  readonly address: Address
  readonly subnet: Subnet
  readonly egress: Egress
}

/** So many numbers leave as many routing tables for each as a policy may have destinations. */
export const LIMITED_NUMBERS = 2 ** 25
const TABLES_EACH = 2 ** 6
const FIRST_TABLE = 2 ** 31

/** In the networks' namespace, once the link is there: how its container is reached, and what it reaches. */
export function limitMessages(link: LimitedLink): Buffer[] {
  const { network, name, index, address, subnet } = link
  const own = cidrOf(address, BITS[4])
  return [
    // Else it could answer the gateway in the place of its resolver, and so say what a name stands for.
    forwardPackets(name, { knownOnly: true }),
    putLinkRoute(own, { table: MAIN_TABLE, index, source: gatewayOf(subnet) }),
    putLinkRoute(own, { table: indexOf(network), index }),
    putLinkRoute(own, { table: limitedTable(network), index }),
    // Its neighbours ask for it on the bridge, where it is not.
    forwardPackets(bridgeName(network), { proxyArp: true }),
    answerAtOnce(indexOf(network)),
    ...ruleMessages(link),
  ]
}

/**
 * Its peers first, then what it may reach, then refusal, by a device that the gateway reads; and what
 * says it comes from somebody else comes to nothing.
 */
function ruleMessages(link: LimitedLink): Buffer[] {
  const { network, name: inLink, address: source, subnet, egress } = link
  const own = { family: 4, inLink, source } as const
  const table = indexOf(network)
  const outside = network.isInternal ? [] : egress.policy.allowed
  const { allowed, refused, forged } = PRIORITY.egress
  return [
    addRule({ ...own, priority: PRIORITY.peers, table, destination: subnet.cidr }),
    ...outside.flatMap(({ host, ...way }) =>
      typeof host === 'string'
        ? []
        : waysOf(way).map((words) =>
            addRule({ ...own, ...words, priority: allowed, table: UPLINK.table, destination: host }),
          ),
    ),
    ...namesOf(link).flatMap((names) =>
      waysOf(names).map((words) => addRule({ ...own, ...words, priority: allowed, table: names.table })),
    ),
    addRule({ ...own, priority: refused, table: REFUSED.table }),
    addRule({ family: 4, priority: forged, inLink }),
  ]
}

interface Way {
  readonly protocol?: 'tcp' | 'udp'
  readonly destinationPorts?: PortRange
}

/** A rule names one protocol, and ports of that alone. */
function waysOf({ protocol, ports }: Pick<AllowedDestination, 'ports' | 'protocol'>): Way[] {
  if (ports === undefined) return [protocol === undefined ? {} : { protocol }]
  const protocols = protocol === undefined ? (['tcp', 'udp'] as const) : [protocol]
  return protocols.map((one) => ({ protocol: one, destinationPorts: ports }))
}

interface AllowedNames extends Pick<AllowedDestination, 'ports' | 'protocol'> {
  readonly names: readonly string[]
  /** the addresses they turn out to have are in it */
  readonly table: number
}

/** The names with the same ports share a routing table. */
function namesOf({ network, number, egress }: LimitedLink): AllowedNames[] {
  const groups = new Map<string, { names: string[] } & Pick<AllowedDestination, 'ports' | 'protocol'>>()
  for (const { host, ...way } of network.isInternal ? [] : egress.policy.allowed) {
    if (typeof host !== 'string') continue
    const key = JSON.stringify(way)
    const group = groups.get(key) ?? { ...way, names: [] }
    group.names.push(host)
    groups.set(key, group)
  }
  return [...groups.values()].map((group, index) => ({ ...group, table: FIRST_TABLE + number * TABLES_EACH + index }))
}

/** The gateway's lines about it; with the first goes the file for what was refused. Source: network/gateway/README.md */
export function limitLines(link: LimitedLink): string[] {
  const { network, name, subnet } = link
  const upstreams = network.isInternal ? ['-'] : network.upstreams
  const serve = ['serve', name, formatAddress(gatewayOf(subnet)), '-', ...upstreams].join(' ')
  const undo = [deleteLink(name), deleteRuleOf(name, 4)].map((message) => message.toString('hex'))
  return [
    ['limit', bridgeName(network), name, ...undo].join(' '),
    ...namesOf(link).map(({ names, table }) => {
      const { add, drop } = openRoute(UPLINK.gateway, { table })
      return ['allow', bridgeName(network), add.toString('hex'), drop.toString('hex'), ...names].join(' ')
    }),
    // Also where the network has no names: somebody has to say which of them lead out.
    serve,
  ]
}
