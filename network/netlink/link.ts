import { attribute, message, NESTED, NLM, text, u8, u16, u32, u64 } from './message.ts'

/** Source: rtnetlink(7); include/uapi/linux/if_link.h, if.h, veth.h, ip.h */
const RTM = { newLink: 16, deleteLink: 17, setLink: 19 } as const
const IFLA = { address: 1, name: 3, mtu: 4, master: 10, info: 18, specification: 26, namespace: 28 } as const
const INFO = { kind: 1, data: 2 } as const
const VETH_PEER = 1
const AF_INET = 2
const INET_CONF = 1
const CONF = { forwarding: 1, proxyArp: 3, reversePath: 8 } as const
const IFF_UP = 1

export interface LinkSettings {
  readonly name: string
  /** chosen beforehand, so that addresses can be given to it in the same breath; 0: any */
  readonly index?: number
  /** bytes a packet */
  readonly mtu?: number
  /** six bytes */
  readonly mac?: Buffer
  /** index of the bridge it becomes a port of */
  readonly master?: number
  readonly up?: boolean
}

/** Fails with EEXIST where there is one of that name. */
export function addBridge(settings: LinkSettings): Buffer {
  return message(
    RTM.newLink,
    NLM.create | NLM.exclusive,
    linkHeader(settings),
    ...linkAttributes(settings),
    attribute(IFLA.info | NESTED, attribute(INFO.kind, text('bridge'))),
  )
}

/** A pair of connected links: one here, the other in the namespace that descriptor `namespaceFd` of the sender is. Source: veth(4) */
export function addVeth(settings: LinkSettings, peer: LinkSettings & { readonly namespaceFd: number }): Buffer {
  const other = [linkHeader(peer), ...linkAttributes(peer), attribute(IFLA.namespace, u32(peer.namespaceFd))]
  return message(
    RTM.newLink,
    NLM.create | NLM.exclusive,
    linkHeader(settings),
    ...linkAttributes(settings),
    attribute(
      IFLA.info | NESTED,
      attribute(INFO.kind, text('veth')),
      attribute(INFO.data | NESTED, attribute(VETH_PEER | NESTED, ...other)),
    ),
  )
}

/** Found by its index, or its name where that is 0 or absent. */
export function setLink(settings: LinkSettings): Buffer {
  return message(RTM.setLink, 0, linkHeader(settings), ...linkAttributes(settings))
}

export function deleteLink(name: string): Buffer {
  return message(RTM.deleteLink, 0, linkHeader({ name }), attribute(IFLA.name, text(name)))
}

/**
 * Packets that come in here and are for others go on to them. `proxyArp`: it answers for those that it can reach
 * elsewhere; `knownOnly`: what comes from whom it would not send to is dropped, also where it is for this namespace.
 *
 * Source: the kernel's ip-sysctl, proxy_arp and rp_filter
 */
export function forwardPackets(
  name: string,
  { proxyArp = false, knownOnly = false }: { readonly proxyArp?: boolean; readonly knownOnly?: boolean } = {},
): Buffer {
  const settings = [
    attribute(CONF.forwarding, u32(1)),
    ...(proxyArp ? [attribute(CONF.proxyArp, u32(1))] : []),
    ...(knownOnly ? [attribute(CONF.reversePath, u32(1))] : []),
  ]
  return message(
    RTM.setLink,
    0,
    linkHeader({ name }),
    attribute(IFLA.name, text(name)),
    attribute(IFLA.specification | NESTED, attribute(AF_INET | NESTED, attribute(INET_CONF | NESTED, ...settings))),
  )
}

/** struct ndtmsg; include/uapi/linux/neighbour.h */
const NEIGHBOUR_TABLE = { set: 67, name: 1, parameters: 6, link: 1, proxyDelay: 13 } as const

/** Who asks there for others than this namespace is answered at once, and not within a second. Source: arp(7), proxy_delay */
export function answerAtOnce(index: number): Buffer {
  const { set, name, parameters, link, proxyDelay } = NEIGHBOUR_TABLE
  return message(
    set,
    0,
    u8(AF_INET, 0, 0, 0),
    attribute(name, text('arp_cache')),
    attribute(parameters | NESTED, attribute(link, u32(index)), attribute(proxyDelay, u64(0n))),
  )
}

/** struct ifinfomsg: family, type, index, flags, which of them change. */
function linkHeader({ index = 0, up = false }: Pick<LinkSettings, 'index' | 'up'> & { readonly name: string }): Buffer {
  return Buffer.concat([u8(0, 0), u16(0), u32(index, up ? IFF_UP : 0, up ? IFF_UP : 0)])
}

function linkAttributes({ name, mtu, mac, master }: LinkSettings): Buffer[] {
  return [
    attribute(IFLA.name, text(name)),
    ...(mtu === undefined ? [] : [attribute(IFLA.mtu, u32(mtu))]),
    ...(mac === undefined ? [] : [attribute(IFLA.address, mac)]),
    ...(master === undefined ? [] : [attribute(IFLA.master, u32(master))]),
  ]
}
