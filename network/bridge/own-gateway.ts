import type { NetworkDescription } from '../driver.ts'
import { addLocalRoute, addRule } from '../netlink/route.ts'
import { portRanges } from './endpoint.ts'
import { LOCAL_TABLE, LOOPBACK_INDEX, PRIORITY } from './network.ts'

/**
 * In the namespace of a container that has a gateway of its own: what its programs answer from a
 * published port stays there, for the gateway, which has taken the place of whoever asked. Each fails
 * with EEXIST where it is there.
 */
export function ownAnswerMessages(ports: readonly number[]): Buffer[] {
  const families = [4, 6] as const
  return families.flatMap((family) => [
    addLocalRoute(family, { table: LOCAL_TABLE, index: LOOPBACK_INDEX }),
    ...portRanges(ports).map((tcpSourcePorts) =>
      addRule({ family, priority: PRIORITY.answers, table: LOCAL_TABLE, tcpSourcePorts }),
    ),
  ])
}

/** The gateway's line for one port. With pasta the container has the host's addresses, which the gateway finds out. */
export function ownForwardLine(label: string, port: number, network: NetworkDescription): string {
  const { address = 'auto', subnet = '-' } = network
  return `forward ${label} ${address} - ${port} - - ${subnet}`
}
