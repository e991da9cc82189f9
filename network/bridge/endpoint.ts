import { type Address, formatAddress } from '../addresses/address.ts'
import { formatCidr } from '../addresses/cidr.ts'
import type { Subnet } from '../addresses/subnet.ts'
import { addVeth, setLink } from '../netlink/link.ts'
import { addAddress, addDefaultRoute, addRule, deleteRule, type Rule } from '../netlink/route.ts'
import { type BridgeNetwork, bridgeName, gatewayOf, indexOf, LOCAL_TABLE, PRIORITY } from './network.ts'

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
}

/** Links of a container's have these indexes: those below may be the kernel's own. */
const FIRST_INDEX = 1000

/** The descriptor of the process that sends `linkMessages` by which the container's namespace is named. */
export const NAMESPACE_FD = 100

/**
 * In the networks' namespace: a pair of links, one a port of the bridge, the other in the container.
 * The kernel takes the link of a container that has ended down when it has time to, so none is like
 * any other; and it takes the index of a peer only where the link has one, too.
 *
 * @param number from 0 to 2^30 - 1, at random
 */
export function linkMessages({ network, link, place, mac }: Endpoint, number: number): Buffer[] {
  const { mtu } = network
  return [
    addVeth(
      { name: `v${number.toString(16)}`, index: 2 ** 30 + number, mtu, master: indexOf(network), up: true },
      { name: link, index: FIRST_INDEX + place, mtu, mac, namespaceFd: NAMESPACE_FD },
    ),
  ]
}

/** In the container's namespace. */
export function insideMessages({ link, place, addresses }: Endpoint): Buffer[] {
  const index = FIRST_INDEX + place
  return [
    setLink({ name: link, index, up: true }),
    ...addresses.map(({ address, subnet }) => addAddress(index, address, subnet.cidr.prefix)),
  ]
}

/** In the container's namespace: the first of its networks that leads anywhere is its way out. */
export function wayOutMessages(endpoints: readonly Endpoint[]): Buffer[] {
  const way = endpoints.find(({ network }) => !network.isInternal)
  return way?.addresses.map(({ subnet }) => addDefaultRoute(gatewayOf(subnet), { table: MAIN_TABLE })) ?? []
}

const MAIN_TABLE = 254

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

function answerRules({ network, addresses }: Endpoint, ranges: readonly PortRange[]): Rule[] {
  return addresses.flatMap(({ address }) =>
    ranges.map((tcpSourcePorts) => ({
      family: address.family,
      priority: PRIORITY.answers,
      table: LOCAL_TABLE,
      inLink: bridgeName(network),
      source: address,
      tcpSourcePorts,
    })),
  )
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

/** The first and the last one. */
export type PortRange = readonly [number, number]

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
