import { type Address, BITS, formatAddress } from '../addresses/address.ts'
import type { Cidr } from '../addresses/cidr.ts'
import type { Subnet } from '../addresses/subnet.ts'
import { addBridge, forwardPackets, setLink } from '../netlink/link.ts'
import { addNeighbour } from '../netlink/neighbour.ts'
import {
  addAddress,
  addDefaultRoute,
  addDefaultRouteOn,
  addLinkRoute,
  addLocalRoute,
  addUnreachableRoute,
  addUnreachableSubnet,
  INDEX_AT,
  KERNELS_LOCAL_TABLE,
  MAIN_TABLE,
} from '../netlink/route.ts'
import { addRule, deleteRule } from '../netlink/rule.ts'

/** What a named network is made of in the networks' namespace. */
export interface BridgeNetwork {
  /** names its bridge, its routing table and its rule */
  readonly number: number
  readonly subnets: readonly Subnet[]
  /** bytes a packet */
  readonly mtu: number
  /** nothing leaves it */
  readonly isInternal: boolean
  /** it answers for the names of its containers */
  readonly hasNames: boolean
  /** who is asked for other names; none: the host's resolver */
  readonly upstreams: readonly string[]
}

/** slirp4netns of all networks: link-local, as no network of a user's is there. */
export const UPLINK = {
  link: 'tap0',
  cidr: '169.254.219.0/25',
  gateway: { family: 4, value: 0xa9fedb02n },
  resolver: '169.254.219.3',
  /** what leads there, for containers behind the table of their network; in it no other network's subnet leads anywhere */
  table: 995,
} as const

/**
 * The same for version 6. Source: libslirp, `vhost_addr6` and in6_compute_ethaddr; `own` is this namespace's, of the
 * subnet that is libslirp's own. Containers find `table` behind that of their network. Their addresses are on the
 * uplink, too, so that this namespace answers for them (`reachLine`); `inside` says where they are before the kernel
 * would take them for its own.
 */
const UPLINK_SIX = {
  gateway: { family: 6, value: (0xfe80n << 112n) | 2n },
  mac: Buffer.from('525600000002', 'hex'),
  own: { family: 6, value: (0xfd00n << 112n) | 0x7473706f6401n },
  table: 997,
  inside: 996,
} as const

/** What the uplink has: no network of a user's can have a part of it. */
export const UPLINK_SUBNETS: readonly Cidr[] = [
  { family: 4, base: 0xa9fedb00n, prefix: 25 },
  { family: 6, base: 0xfd00n << 112n, prefix: 64 },
]

/**
 * What does not go there: libslirp would take it for the host itself, for a part of its own subnet; for an address of
 * version 4 that is written as one of version 6, and so for the host's loopback; or for a neighbour of the host's.
 */
const NEVER_SIX: readonly Cidr[] = [
  { family: 6, base: 0n, prefix: 32 },
  { family: 6, base: 0xfd00n << 112n, prefix: 64 },
  { family: 6, base: 0xfe80n << 112n, prefix: 10 },
]

/**
 * What containers may not reach goes to this device and no further: the gateway, which has it as this
 * descriptor, writes it down and answers.
 */
export const REFUSED = { link: 'refused0', index: 998, table: 998, descriptor: 101 } as const

/** Numbers below are the kernel's own, and ours above. */
const FIRST_NUMBER = 1000
const LIMITED_TABLES = 2 ** 30
/** Whatever is looked up in it is for this namespace. */
export const LOCAL_TABLE = 999
export const LOOPBACK_INDEX = 1

/** Which rule is asked first. The kernel's own: 0 for local addresses, which of version 6 is `local` here, 32766 for the main table. Source: ip-rule(8) */
export const PRIORITY = {
  inside: 1,
  local: 2,
  // A limited container and its peers see each other's answers, and not what the gateway takes from published ports.
  peers: 900,
  answers: 1000,
  egress: { allowed: 1500, refused: 1501, forged: 1502 },
  networks: 2000,
  uplink: 2001,
  own: 3000,
  ownUplinkSix: 3001,
  rest: 3002,
} as const

/** A bridge's index, and the number of its network's routing table. */
export function indexOf({ number }: Pick<BridgeNetwork, 'number'>): number {
  return FIRST_NUMBER + number
}

export function bridgeName({ number }: Pick<BridgeNetwork, 'number'>): string {
  return `tspod${number}`
}

/**
 * Before the uplink is there: what comes by a rule for the local table is for this namespace, whatever
 * its address; and a link for which there is no rule leads nowhere.
 */
export function namespaceMessages(): Buffer[] {
  return [
    setLink({ name: 'lo', up: true }),
    addLocalRoute(4, { table: LOCAL_TABLE, index: LOOPBACK_INDEX }),
    addLocalRoute(6, { table: LOCAL_TABLE, index: LOOPBACK_INDEX }),
    ...FAMILIES.flatMap((family) => [
      ...['lo', UPLINK.link].map((inLink) => addRule({ family, priority: PRIORITY.own, table: MAIN_TABLE, inLink })),
      addRule({ family, priority: PRIORITY.rest }),
    ]),
    ...['lo', UPLINK.link].map((inLink) =>
      addRule({ family: 6, priority: PRIORITY.inside, table: UPLINK_SIX.inside, inLink }),
    ),
    addRule({ family: 6, priority: PRIORITY.local, table: KERNELS_LOCAL_TABLE }),
    deleteRule({ family: 6, priority: 0, table: KERNELS_LOCAL_TABLE }),
    addRule({ family: 6, priority: PRIORITY.ownUplinkSix, table: UPLINK_SIX.table, inLink: 'lo' }),
    ...NEVER_SIX.map((cidr) => addUnreachableSubnet(cidr, UPLINK_SIX)),
    addUnreachableRoute(6, UPLINK_SIX),
  ]
}

const FAMILIES = [4, 6] as const

/**
 * Once the device is there: all that is looked up in its table goes to it. The kernel asks whether whoever sends
 * there could be answered from there; else it would drop it in silence. Source: the kernel's ip-sysctl, rp_filter
 */
export function refusedMessages(): Buffer[] {
  const { link: name, index, table } = REFUSED
  const everywhere = { family: 4, base: 0n, prefix: 0 } as const
  return [
    setLink({ name, index, up: true }),
    addLinkRoute(everywhere, { table, index }),
    addRule({ family: 4, priority: PRIORITY.own, table: MAIN_TABLE, inLink: name }),
  ]
}

/** The uplink asks for the owners of containers' addresses, and this namespace answers for them: nothing is translated. */
export function uplinkMessages(): Buffer[] {
  return [forwardPackets(UPLINK.link, { proxyArp: true })]
}

/**
 * Once the uplink is there, for version 6: each with the byte at which the index of its link is to stand. It is told
 * who the gateway is, as that would answer to an address that is not this namespace's own.
 */
export function uplinkSixMessages(): { readonly message: Buffer; readonly at: number }[] {
  const { own, gateway, mac, table } = UPLINK_SIX
  return [
    { message: addAddress(0, own, BITS[6], { bare: true }), at: INDEX_AT },
    { message: addNeighbour(gateway, mac), at: INDEX_AT },
    addDefaultRouteOn(gateway, { table, source: own }),
  ]
}

/**
 * A network's bridge, with the gateway's addresses, and a routing table of its own for what comes in
 * by it: its subnets, and unless it is internal the uplink behind them. So no network sees another one.
 * Each fails with EEXIST where it has been done.
 */
export function networkMessages(network: BridgeNetwork): Buffer[] {
  const { subnets, mtu, isInternal } = network
  const [name, index] = [bridgeName(network), indexOf(network)]
  const families = new Set(subnets.map(({ cidr }) => cidr.family))
  return [
    // With none of its own it has that of a port, and others would look for it where that was.
    addBridge({ name, index, mtu, mac: bridgeMac(network) }),
    setLink({ name, index, up: true }),
    forwardPackets(name),
    ...subnets.map((subnet) => addAddress(index, gatewayOf(subnet), subnet.cidr.prefix)),
    ...subnets.map(({ cidr }) => addLinkRoute(cidr, { table: index, index })),
    // From its own address, or this namespace would take that of the container for its own.
    ...subnets
      .filter(({ cidr }) => cidr.family === 6)
      .map((subnet) => addLinkRoute(subnet.cidr, { table: UPLINK_SIX.inside, index, source: gatewayOf(subnet) })),
    ...subnets.map(({ cidr }) => addUnreachableSubnet(cidr, uplinkTable(cidr.family))),
    ...(isInternal ? [] : [addDefaultRoute(UPLINK.gateway, UPLINK)]),
    addRule({ family: 4, priority: PRIORITY.peers, table: limitedTable(network), inLink: name }),
    ...[...families].flatMap((family) => [
      isInternal
        ? addUnreachableRoute(family, { table: index })
        : addRule({ family, priority: PRIORITY.uplink, ...uplinkTable(family), inLink: name }),
      addRule({ family, priority: PRIORITY.networks, table: index, inLink: name }),
    ]),
  ]
}

function uplinkTable(family: 4 | 6): { readonly table: number } {
  return { table: family === 4 ? UPLINK.table : UPLINK_SIX.table }
}

/** Where the network's limited containers are, for those of its bridge: each has a route in it, which goes with its link. */
export function limitedTable({ number }: Pick<BridgeNetwork, 'number'>): number {
  return LIMITED_TABLES + number
}

/** One that was given out by nobody. Source: IEEE 802, locally administered addresses */
function bridgeMac({ number }: BridgeNetwork): Buffer {
  const mac = Buffer.from('02746e000000', 'hex')
  mac.writeUInt16BE(number, 4)
  return mac
}

/** The gateway's line that has it answer for names there. */
export function serveLine(network: BridgeNetwork): string | undefined {
  if (!network.hasNames) return undefined
  const addressOf = (family: 4 | 6): string => {
    const subnet = network.subnets.find(({ cidr }) => cidr.family === family)
    return subnet ? formatAddress(gatewayOf(subnet)) : '-'
  }
  const upstreams = network.isInternal ? ['-'] : network.upstreams
  return ['serve', bridgeName(network), addressOf(4), addressOf(6), ...upstreams].join(' ')
}

export function gatewayOf({ cidr, gateway }: Subnet): Address {
  return { family: cidr.family, value: gateway }
}
