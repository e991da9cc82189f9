import { type Address, BITS, formatAddress } from '../addresses/address.ts'
import { cidrOf, formatCidr } from '../addresses/cidr.ts'
import type { Subnet } from '../addresses/subnet.ts'
import { LIMITED_NUMBERS, type LimitedLink, limitLines, limitMessages } from '../egress/limited-link.ts'
import type { Egress } from '../egress/policy.ts'
import { addVeth, setLink } from '../netlink/link.ts'
import { addAddress, addDefaultRoute, addLinkRoute, addRouteVia, deleteAddress, MAIN_TABLE } from '../netlink/route.ts'
import { addRule, deleteRule, type PortRange, type Rule } from '../netlink/rule.ts'
import {
  type BridgeNetwork,
  bridgeName,
  gatewayOf,
  indexOf,
  LOCAL_TABLE,
  PRIORITY,
  serveLine,
  UPLINK,
} from './network.ts'

/** A container's place in one network. */
export interface Endpoint {
  readonly network: BridgeNetwork
  /** the link inside: `eth0` */
  readonly link: string
  /** one number a link, from 0 on */
  readonly place: number
  /** six bytes */
  readonly mac: Buffer
  readonly addresses: readonly { readonly address: Address; readonly subnet: Subnet }[]
  /** what it is called in the network */
  readonly names: readonly string[]
  /** where its way out is limited: then its addresses are of version 4 alone */
  readonly egress?: Egress
}

/** Links of a container's have these indexes: those below may be the kernel's own. */
const FIRST_INDEX = 1000

/** The descriptor of the process that sends `linkMessages` by which the container's namespace is named. */
export const NAMESPACE_FD = 100

/** How many numbers of links there are for an endpoint, to choose one from at random. */
export function linkNumbers({ egress }: Endpoint): number {
  return egress ? LIMITED_NUMBERS : 2 ** 30
}

/**
 * In the networks' namespace: a pair of links, one a port of the bridge, the other in the container.
 * The kernel takes the link of a container that has ended down when it has time to, so none is like
 * any other; and it takes the index of a peer only where the link has one, too.
 */
export function linkMessages(endpoint: Endpoint, number: number): Buffer[] {
  const { network, link, place, mac } = endpoint
  const { mtu } = network
  const [name, index] = [`v${number.toString(16)}`, 2 ** 30 + number]
  const limited = limitedLink(endpoint, number)
  return [
    addVeth(
      { name, index, mtu, ...(limited ? {} : { master: indexOf(network) }), up: true },
      { name: link, index: FIRST_INDEX + place, mtu, mac, namespaceFd: NAMESPACE_FD },
    ),
    ...(limited ? limitMessages(limited) : []),
  ]
}

/** undefined where nothing is limited */
function limitedLink({ network, addresses, egress }: Endpoint, number: number): LimitedLink | undefined {
  const [own] = addresses
  if (!egress) return undefined
  if (own?.address.family !== 4)
    throw new Error(`a limited endpoint has no address of version 4 in ${bridgeName(network)}`)
  return { network, name: `v${number.toString(16)}`, index: 2 ** 30 + number, number, ...own, egress }
}

/** In the container's namespace. One whose way out is limited reaches its network by the gateway, too. */
export function insideMessages({ link, place, addresses, egress }: Endpoint): Buffer[] {
  const index = FIRST_INDEX + place
  return [
    setLink({ name: link, index, up: true }),
    ...addresses.flatMap(({ address, subnet }) => {
      if (!egress) return [addAddress(index, address, subnet.cidr.prefix)]
      const gateway = gatewayOf(subnet)
      return [
        addAddress(index, address, BITS[address.family]),
        addLinkRoute(cidrOf(gateway, BITS[gateway.family]), { table: MAIN_TABLE, index }),
        addRouteVia(subnet.cidr, gateway, { table: MAIN_TABLE }),
      ]
    }),
  ]
}

/** In the container's namespace: the first of its networks that leads anywhere is its way out, for each version. */
export function wayOutMessages(endpoints: readonly Endpoint[]): Buffer[] {
  const ways = endpoints.flatMap(({ network, addresses }) => (network.isInternal ? [] : addresses))
  return ([4, 6] as const).flatMap((family) => {
    const way = ways.find(({ address }) => address.family === family)
    return way ? [addDefaultRoute(gatewayOf(way.subnet), { table: MAIN_TABLE })] : []
  })
}

/**
 * In the networks' namespace: what the container answers from a published port is for the gateway,
 * which has taken the place of whoever asked. Each fails with EEXIST where it is there.
 */
export function answerMessages(endpoint: Endpoint, ports: readonly number[]): Buffer[] {
  return answerRules(endpoint, portRanges(ports)).map(addRule)
}

/** Rules for which the container has no port any more. Each fails with ENOENT where it is gone. */
export function forgetAnswerMessages(endpoint: Endpoint, ranges: readonly PortRange[]): Buffer[] {
  return answerRules(endpoint, ranges).map(deleteRule)
}

function answerRules({ network, addresses, egress }: Endpoint, ranges: readonly PortRange[]): Rule[] {
  return addresses.flatMap(({ address }) =>
    ranges.map((sourcePorts) => ({
      family: address.family,
      priority: PRIORITY.answers,
      table: LOCAL_TABLE,
      // One that is limited does not come by the bridge.
      ...(egress ? {} : { inLink: bridgeName(network) }),
      source: address,
      protocol: 'tcp',
      sourcePorts,
    })),
  )
}

/** What the gateway is told of it in one request, with a file where there is one. Source: network/gateway/README.md */
export function memberLines(endpoint: Endpoint, number: number): { readonly text: string; readonly file?: string } {
  const limited = limitedLink(endpoint, number)
  const lines = [
    serveLine(endpoint.network) ?? [],
    addressLine(endpoint),
    reachLine(endpoint) ?? [],
    limited ? limitLines(limited) : [],
  ].flat()
  return { text: lines.join('\n'), ...(limited && { file: limited.egress.logFile }) }
}

/**
 * The gateway's line that has answers of version 6 find the container. The uplink believes who an address is of only
 * where it is told so from that address: so this namespace has it on that link, beside those it passes on: `UPLINK_SIX`.
 */
export function reachLine({ network, addresses }: Endpoint): string | undefined {
  const six = addresses.find(({ address }) => address.family === 6)?.address
  if (!six || network.isInternal) return undefined
  const prefix = BITS[6]
  const messages = [addAddress(0, six, prefix, { bare: true }), deleteAddress(0, six, prefix)]
  const words = messages.map((message) => message.toString('hex'))
  return ['reach', bridgeName(network), UPLINK.link, ...words].join(' ')
}

/** The gateway's line about it. */
export function addressLine({ network, addresses, names }: Endpoint): string {
  return ['address', bridgeName(network), textOf(addresses, 4), textOf(addresses, 6), ...names].join(' ')
}

/** The gateway's line that has what is accepted on a socket go on to a port of the container's. */
export function forwardLine({ addresses }: Endpoint, label: string, port: number): string {
  const subnetOf = (family: 4 | 6): Subnet | undefined =>
    addresses.find(({ address }) => address.family === family)?.subnet
  const gateway = (family: 4 | 6): string => {
    const subnet = subnetOf(family)
    return subnet ? formatAddress(gatewayOf(subnet)) : '-'
  }
  const four = subnetOf(4)
  return [
    'forward',
    label,
    textOf(addresses, 4),
    textOf(addresses, 6),
    port,
    gateway(4),
    gateway(6),
    four ? formatCidr(four.cidr) : '-',
  ].join(' ')
}

function textOf(addresses: Endpoint['addresses'], family: 4 | 6): string {
  const found = addresses.find(({ address }) => address.family === family)
  return found ? formatAddress(found.address) : '-'
}

/** Ports that follow one another are one range: the kernel goes through all rules for each packet. */
export function portRanges(ports: readonly number[]): PortRange[] {
  const ranges: [number, number][] = []
  for (const port of [...new Set(ports)].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === port - 1) last[1] = port
    else ranges.push([port, port])
  }
  return ranges
}
