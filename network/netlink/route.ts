import type { Address } from '../addresses/address.ts'
import { BITS } from '../addresses/address.ts'
import type { Cidr } from '../addresses/cidr.ts'
import { addressBytes } from './address-bytes.ts'
import { attribute, message, NLM, u8, u32 } from './message.ts'

/** Source: rtnetlink(7); include/uapi/linux/rtnetlink.h, if_addr.h */
const RTM = { newAddress: 20, deleteAddress: 21, newRoute: 24, deleteRoute: 25 } as const
const IFA = { address: 1, local: 2, flags: 8 } as const
const IFA_NO_DUPLICATE_DETECTION = 2
const IFA_NO_PREFIX_ROUTE = 0x200
/** Where a message about an address of a link, or a neighbour on it, has the index of the link. */
export const INDEX_AT = 20
const RTA = { destination: 1, link: 4, gateway: 5, priority: 6, source: 7, table: 15 } as const
const SCOPE = { universe: 0, link: 253, host: 254 } as const
const PROTOCOL_STATIC = 4
const ROUTE = { unicast: 1, local: 2, unreachable: 7 } as const
/** Source: include/linux/socket.h */
export const FAMILY = { 4: 2, 6: 10 } as const

/** Of addresses: 4 or 6. */
export type Family = keyof typeof FAMILY

/**
 * Replaces nothing: fails with EEXIST where it has it.
 *
 * @param options `bare`: no route to the others of its subnet comes with it
 */
export function addAddress(index: number, address: Address, prefix: number, { bare = false } = {}): Buffer {
  const flags = address.family === 4 ? 0 : IFA_NO_DUPLICATE_DETECTION
  return message(
    RTM.newAddress,
    NLM.create | NLM.exclusive,
    u8(FAMILY[address.family], prefix, flags, SCOPE.universe),
    u32(index),
    ...ownAddress(address),
    ...(bare ? [attribute(IFA.flags, u32(flags | IFA_NO_PREFIX_ROUTE))] : []),
  )
}

/** Fails with EADDRNOTAVAIL where it has it not. */
export function deleteAddress(index: number, address: Address, prefix: number): Buffer {
  const head = u8(FAMILY[address.family], prefix, 0, SCOPE.universe)
  return message(RTM.deleteAddress, 0, head, u32(index), ...ownAddress(address))
}

function ownAddress(address: Address): Buffer[] {
  const bytes = addressBytes(address)
  return [attribute(IFA.local, bytes), attribute(IFA.address, bytes)]
}

/** Source: ip-route(8) */
export const MAIN_TABLE = 254
/** Of all addresses that its links have; the kernel asks it first. Source: ip-rule(8) */
export const KERNELS_LOCAL_TABLE = 255

export interface RouteTable {
  readonly table: number
}

/** All of `family` that nothing else is for, by way of `gateway`. */
export function addDefaultRoute(gateway: Address, { table }: RouteTable): Buffer {
  const to = attribute(RTA.gateway, addressBytes(gateway))
  return route(gateway.family, ROUTE.unicast, { table, scope: SCOPE.universe }, to)
}

/** A subnet by way of `gateway`. */
export function addRouteVia({ family, base, prefix }: Cidr, gateway: Address, { table }: RouteTable): Buffer {
  return route(
    family,
    ROUTE.unicast,
    { table, scope: SCOPE.universe, prefix },
    attribute(RTA.destination, addressBytes({ family, value: base })),
    attribute(RTA.gateway, addressBytes(gateway)),
  )
}

export interface LinkRoute extends RouteTable {
  readonly index: number
  /** from which address of ours it is spoken to */
  readonly source?: Address
}

/** A subnet that is on a link itself. */
export function addLinkRoute(cidr: Cidr, to: LinkRoute): Buffer {
  return linkRoute(NLM.create | NLM.exclusive, cidr, to)
}

/** The same, in the place of the one there is. */
export function putLinkRoute(cidr: Cidr, to: LinkRoute): Buffer {
  return linkRoute(NLM.create | NLM.replace, cidr, to)
}

function linkRoute(flags: number, { family, base, prefix }: Cidr, { table, index, source }: LinkRoute): Buffer {
  return route(
    family,
    ROUTE.unicast,
    { table, scope: SCOPE.link, prefix, flags },
    ...(prefix === 0 ? [] : [attribute(RTA.destination, addressBytes({ family, value: base }))]),
    attribute(RTA.link, u32(index)),
    ...(source === undefined ? [] : [attribute(RTA.source, addressBytes(source))]),
  )
}

/** Of a route that is asked after all others of its subnet. */
const LAST_PRIORITY = 0x7fffffff

/** Of routes that are made for addresses as they become known: one of its own, so that no other one goes with them. */
const LATE_PRIORITY = 1

/**
 * Messages that add and remove the route of one address of version 4, by way of `gateway`: it is their
 * last four bytes, and nobody's here.
 */
export function openRoute(gateway: Address, { table }: RouteTable): { readonly add: Buffer; readonly drop: Buffer } {
  const attributes = [
    attribute(RTA.gateway, addressBytes(gateway)),
    attribute(RTA.priority, u32(LATE_PRIORITY)),
    attribute(RTA.destination, u32(0)),
  ]
  const header = { table, scope: SCOPE.universe, prefix: BITS[4] }
  return {
    add: route(4, ROUTE.unicast, header, ...attributes),
    drop: route(4, ROUTE.unicast, { ...header, type: RTM.deleteRoute, flags: 0 }, ...attributes),
  }
}

/**
 * All of `family` that nothing else is for, by way of a neighbour on a link.
 *
 * @param source from which address of ours it is spoken to
 * @returns the link's index is to stand at byte `at`
 */
export function addDefaultRouteOn(
  gateway: Address,
  { table, source }: RouteTable & { readonly source: Address },
): { readonly message: Buffer; readonly at: number } {
  const bytes = route(
    gateway.family,
    ROUTE.unicast,
    { table, scope: SCOPE.universe },
    attribute(RTA.link, u32(0)),
    attribute(RTA.gateway, addressBytes(gateway)),
    attribute(RTA.source, addressBytes(source)),
  )
  // The header of the message, struct rtmsg, the table, and the header of the link.
  return { message: bytes, at: 16 + 12 + 8 + 4 }
}

/** Whatever it is for is for this namespace. */
export function addLocalRoute(family: Family, { table, index }: RouteTable & { index: number }): Buffer {
  return route(family, ROUTE.local, { table, scope: SCOPE.host }, attribute(RTA.link, u32(index)))
}

/** What nothing else in the table is for reaches nobody. */
export function addUnreachableRoute(family: Family, { table }: RouteTable): Buffer {
  return route(family, ROUTE.unreachable, { table, scope: SCOPE.universe }, attribute(RTA.priority, u32(LAST_PRIORITY)))
}

/** Nobody is there. */
export function addUnreachableSubnet({ family, base, prefix }: Cidr, { table }: RouteTable): Buffer {
  const to = attribute(RTA.destination, addressBytes({ family, value: base }))
  return route(family, ROUTE.unreachable, { table, scope: SCOPE.universe, prefix }, to)
}

interface RouteHeader {
  readonly table: number
  readonly scope: number
  readonly prefix?: number
  readonly type?: number
  readonly flags?: number
}

/** struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags. */
function route(family: Family, kind: number, header: RouteHeader, ...attributes: readonly Buffer[]): Buffer {
  const { table, scope, prefix = 0, type = RTM.newRoute, flags = NLM.create | NLM.exclusive } = header
  return message(
    type,
    flags,
    u8(FAMILY[family], prefix, 0, 0, 0, PROTOCOL_STATIC, scope, kind),
    u32(0),
    attribute(RTA.table, u32(table)),
    ...attributes,
  )
}
