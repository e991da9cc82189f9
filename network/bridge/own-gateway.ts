import type { NetworkDescription } from '../driver.ts'
import { addLocalRoute } from '../netlink/route.ts'
import { addRule, deleteRule, type PortRange, type Rule } from '../netlink/rule.ts'
import { portRanges } from './endpoint.ts'
import { LOCAL_TABLE, LOOPBACK_INDEX, PRIORITY } from './network.ts'

const FAMILIES = [4, 6] as const

/**
 * In the namespace of a container that has a gateway of its own: what its programs answer from a
 * published port stays there, for the gateway, which has taken the place of whoever asked. Each fails
 * with EEXIST where it is there.
 */
export function ownAnswerMessages(ports: readonly number[]): Buffer[] {
  return [
    ...FAMILIES.map((family) => addLocalRoute(family, { table: LOCAL_TABLE, index: LOOPBACK_INDEX })),
    ...answerRules(portRanges(ports)).map(addRule),
  ]
}

/** Rules for which there is no port any more. Each fails with ENOENT where it is gone. */
export function forgetOwnAnswerMessages(ranges: readonly PortRange[]): Buffer[] {
  return answerRules(ranges).map(deleteRule)
}

function answerRules(ranges: readonly PortRange[]): Rule[] {
  return FAMILIES.flatMap((family) =>
    ranges.map((sourcePorts) => ({
      family,
      priority: PRIORITY.answers,
      table: LOCAL_TABLE,
      protocol: 'tcp',
      sourcePorts,
    })),
  )
}

/** The gateway's line for one port. With pasta the container has the host's addresses, which the gateway finds out. */
export function ownForwardLine(label: string, port: number, network: NetworkDescription): string {
  const { address = 'auto', subnet = '-' } = network
  return `forward ${label} ${address} - ${port} - - ${subnet}`
}
