import type { Address } from '../addresses/address.ts'
import { BITS } from '../addresses/address.ts'
import type { Cidr } from '../addresses/cidr.ts'
import { addressBytes } from './address-bytes.ts'
import { attribute, message, NLM, text, u8, u16, u32 } from './message.ts'

/** Source: rtnetlink(7), ip-rule(8); include/uapi/linux/rtnetlink.h, if_addr.h, fib_rules.h */
const RTM = { newAddress: 20, newRoute: 24, newRule: 32, deleteRule: 33 } as const
const IFA = { address: 1, local: 2, flags: 8 } as const
const IFA_NO_DUPLICATE_DETECTION = 2
const RTA = { destination: 1, link: 4, gateway: 5, table: 15 } as const
const FRA = { source: 2, inLink: 3, priority: 6, table: 15, protocol: 22, sourcePorts: 23 } as const
const FR_ACT_TO_TABLE = 1
const SCOPE = { universe: 0, link: 253, host: 254 } as const
const PROTOCOL_STATIC = 4
const ROUTE = { unicast: 1, local: 2, unreachable: 7 } as const
const TCP = 6

const FAMILY = { 4: 2, 6: 10 } as const

/** Of addresses: 4 or 6. */
export type Family = keyof typeof FAMILY

/** Replaces nothing: fails with EEXIST where it has it. */
export function addAddress(index: number, address: Address, prefix: number): Buffer {
  const flags = address.family === 4 ? 0 : IFA_NO_DUPLICATE_DETECTION
  const bytes = addressBytes(address)
  return message(
    RTM.newAddress,
    NLM.create | NLM.exclusive,
    u8(FAMILY[address.family], prefix, flags, SCOPE.universe),
    u32(index),
    attribute(IFA.local, bytes),
    attribute(IFA.address, bytes),
  )
}

export interface RouteTable {
  readonly table: number
}

/** All of `family` that nothing else is for, by way of `gateway`. */
export function addDefaultRoute(gateway: Address, { table }: RouteTable): Buffer {
  const to = attribute(RTA.gateway, addressBytes(gateway))
  return route(gateway.family, ROUTE.unicast, { table, scope: SCOPE.universe }, to)
}

/** A subnet that is on a link itself. */
export function addLinkRoute({ family, base, prefix }: Cidr, { table, index }: RouteTable & { index: number }): Buffer {
  return route(
    family,
    ROUTE.unicast,
    { table, scope: SCOPE.link, prefix },
    attribute(RTA.destination, addressBytes({ family, value: base })),
    attribute(RTA.link, u32(index)),
  )
}

/** Whatever it is for is for this namespace. */
export function addLocalRoute(family: Family, { table, index }: RouteTable & { index: number }): Buffer {
  return route(family, ROUTE.local, { table, scope: SCOPE.host }, attribute(RTA.link, u32(index)))
}

/** What nothing else in the table is for reaches nobody. */
export function addUnreachableRoute(family: Family, { table }: RouteTable): Buffer {
  return route(family, ROUTE.unreachable, { table, scope: SCOPE.universe })
}

interface RouteHeader {
  readonly table: number
  readonly scope: number
  readonly prefix?: number
}

/** struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags. */
function route(family: Family, type: number, header: RouteHeader, ...attributes: readonly Buffer[]): Buffer {
  const { table, scope, prefix = 0 } = header
  return message(
    RTM.newRoute,
    NLM.create | NLM.exclusive,
    u8(FAMILY[family], prefix, 0, 0, 0, PROTOCOL_STATIC, scope, type),
    u32(0),
    attribute(RTA.table, u32(table)),
    ...attributes,
  )
}

/** Which packets a rule is for. */
export interface Rule {
  readonly family: Family
  /** lower ones are asked first */
  readonly priority: number
  readonly table: number
  /** the link they come in by */
  readonly inLink?: string
  readonly source?: Address
  /** the first and the last one */
  readonly tcpSourcePorts?: readonly [number, number]
}

/** Fails with EEXIST where there is the same. */
export function addRule(rule: Rule): Buffer {
  return message(RTM.newRule, NLM.create | NLM.exclusive, ...ruleParts(rule))
}

/** Fails with ENOENT where there is none. */
export function deleteRule(rule: Rule): Buffer {
  return message(RTM.deleteRule, 0, ...ruleParts(rule))
}

/** struct fib_rule_hdr: family, lengths of destination and source, tos, table, two that are reserved, action, flags. */
function ruleParts({ family, priority, table, inLink, source, tcpSourcePorts }: Rule): Buffer[] {
  const length = source === undefined ? 0 : BITS[source.family]
  return [
    u8(FAMILY[family], 0, length, 0, 0, 0, 0, FR_ACT_TO_TABLE),
    u32(0),
    attribute(FRA.priority, u32(priority)),
    attribute(FRA.table, u32(table)),
    ...(inLink === undefined ? [] : [attribute(FRA.inLink, text(inLink))]),
    ...(source === undefined ? [] : [attribute(FRA.source, addressBytes(source))]),
    ...(tcpSourcePorts === undefined
      ? []
      : [attribute(FRA.protocol, u8(TCP)), attribute(FRA.sourcePorts, u16(...tcpSourcePorts))]),
  ]
}
