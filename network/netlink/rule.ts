import { type Address, BITS } from '../addresses/address.ts'
import type { Cidr } from '../addresses/cidr.ts'
import { addressBytes } from './address-bytes.ts'
import { attribute, message, NLM, text, u8, u16, u32 } from './message.ts'
import { FAMILY, type Family } from './route.ts'

/** Source: ip-rule(8); include/uapi/linux/rtnetlink.h, fib_rules.h */
const RTM = { newRule: 32, deleteRule: 33 } as const
const FRA = {
  destination: 1,
  source: 2,
  inLink: 3,
  priority: 6,
  table: 15,
  protocol: 22,
  sourcePorts: 23,
  destinationPorts: 24,
} as const
const ACTION = { toTable: 1, blackhole: 6 } as const
const PROTOCOL = { tcp: 6, udp: 17 } as const

/** The first and the last one. */
export type PortRange = readonly [number, number]

/** Which packets a rule is for. */
export interface Rule {
  readonly family: Family
  /** lower ones are asked first */
  readonly priority: number
  /** where they are looked up; those that no table is for come to nothing */
  readonly table?: number
  /** the link they come in by */
  readonly inLink?: string
  readonly source?: Address
  readonly destination?: Cidr
  readonly protocol?: keyof typeof PROTOCOL
  readonly sourcePorts?: PortRange
  readonly destinationPorts?: PortRange
}

/** Fails with EEXIST where there is the same. */
export function addRule(rule: Rule): Buffer {
  return message(RTM.newRule, NLM.create | NLM.exclusive, ...ruleParts(rule))
}

/** Fails with ENOENT where there is none. */
export function deleteRule(rule: Rule): Buffer {
  return message(RTM.deleteRule, 0, ...ruleParts(rule))
}

/** One of the rules for what comes in by this link; fails with ENOENT where there is none. */
export function deleteRuleOf(inLink: string, family: Family): Buffer {
  return message(
    RTM.deleteRule,
    0,
    u8(FAMILY[family], 0, 0, 0, 0, 0, 0, 0),
    u32(0),
    attribute(FRA.inLink, text(inLink)),
  )
}

/** struct fib_rule_hdr: family, lengths of destination and source, tos, table, two that are reserved, action, flags. */
function ruleParts(rule: Rule): Buffer[] {
  const { family, priority, table, inLink, source, destination, protocol, sourcePorts, destinationPorts } = rule
  const lengths = [destination?.prefix ?? 0, source === undefined ? 0 : BITS[source.family]]
  return [
    u8(FAMILY[family], ...lengths, 0, 0, 0, 0, table === undefined ? ACTION.blackhole : ACTION.toTable),
    u32(0),
    attribute(FRA.priority, u32(priority)),
    ...(table === undefined ? [] : [attribute(FRA.table, u32(table))]),
    ...(inLink === undefined ? [] : [attribute(FRA.inLink, text(inLink))]),
    ...(source === undefined ? [] : [attribute(FRA.source, addressBytes(source))]),
    ...(destination === undefined || destination.prefix === 0
      ? []
      : [attribute(FRA.destination, addressBytes({ family, value: destination.base }))]),
    ...(protocol === undefined ? [] : [attribute(FRA.protocol, u8(PROTOCOL[protocol]))]),
    ...(sourcePorts === undefined ? [] : [attribute(FRA.sourcePorts, u16(...sourcePorts))]),
    ...(destinationPorts === undefined ? [] : [attribute(FRA.destinationPorts, u16(...destinationPorts))]),
  ]
}
