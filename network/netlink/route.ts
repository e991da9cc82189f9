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

/** Four or sixteen bytes. */
export type Address = Buffer

const familyOf = (address: Address): number => (address.length === 4 ? 2 : 10)

/** Replaces nothing: fails with EEXIST where it has it. */
export function addAddress(index: number, address: Address, prefix: number): Buffer {
  const flags = address.length === 4 ? 0 : IFA_NO_DUPLICATE_DETECTION
  return message(
    RTM.newAddress,
    NLM.create | NLM.exclusive,
    u8(familyOf(address), prefix, flags, SCOPE.universe),
    u32(index),
    attribute(IFA.local, address),
    attribute(IFA.address, address),
  )
}

export interface RouteTable {
  readonly table: number
}

/** All of `family` that nothing else is for, by way of `gateway`. */
export function addDefaultRoute(gateway: Address, { table }: RouteTable): Buffer {
  return route(familyOf(gateway), ROUTE.unicast, { table, scope: SCOPE.universe }, attribute(RTA.gateway, gateway))
}

/** A subnet that is on a link itself. */
export function addLinkRoute(
  subnet: Address,
  prefix: number,
  { table, index }: RouteTable & { index: number },
): Buffer {
  return route(
    familyOf(subnet),
    ROUTE.unicast,
    { table, scope: SCOPE.link, prefix },
    attribute(RTA.destination, subnet),
    attribute(RTA.link, u32(index)),
  )
}

/** Whatever it is for is for this namespace. */
export function addLocalRoute(family: 'ipv4' | 'ipv6', { table, index }: RouteTable & { index: number }): Buffer {
  const number = family === 'ipv4' ? 2 : 10
  return route(number, ROUTE.local, { table, scope: SCOPE.host }, attribute(RTA.link, u32(index)))
}

/** What nothing else in the table is for reaches nobody. */
export function addUnreachableRoute(family: 'ipv4' | 'ipv6', { table }: RouteTable): Buffer {
  return route(family === 'ipv4' ? 2 : 10, ROUTE.unreachable, { table, scope: SCOPE.universe })
}

interface RouteHeader {
  readonly table: number
  readonly scope: number
  readonly prefix?: number
}

/** struct rtmsg: family, lengths of destination and source, tos, table, protocol, scope, type, flags. */
function route(family: number, type: number, header: RouteHeader, ...attributes: readonly Buffer[]): Buffer {
  const { table, scope, prefix = 0 } = header
  return message(
    RTM.newRoute,
    NLM.create | NLM.exclusive,
    u8(family, prefix, 0, 0, 0, PROTOCOL_STATIC, scope, type),
    u32(0),
    attribute(RTA.table, u32(table)),
    ...attributes,
  )
}

/** Which packets a rule is for. */
export interface Rule {
  readonly family: 'ipv4' | 'ipv6'
  /** lower ones are asked first */
  readonly priority: number
  readonly table: number
  /** the link they come in by */
  readonly inLink?: string
  readonly source?: Address
  readonly tcpSourcePort?: number
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
function ruleParts({ family, priority, table, inLink, source, tcpSourcePort }: Rule): Buffer[] {
  const length = source === undefined ? 0 : source.length * 8
  return [
    u8(family === 'ipv4' ? 2 : 10, 0, length, 0, 0, 0, 0, FR_ACT_TO_TABLE),
    u32(0),
    attribute(FRA.priority, u32(priority)),
    attribute(FRA.table, u32(table)),
    ...(inLink === undefined ? [] : [attribute(FRA.inLink, text(inLink))]),
    ...(source === undefined ? [] : [attribute(FRA.source, source)]),
    ...(tcpSourcePort === undefined
      ? []
      : [attribute(FRA.protocol, u8(TCP)), attribute(FRA.sourcePorts, u16(tcpSourcePort, tcpSourcePort))]),
  ]
}
