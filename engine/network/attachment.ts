import { randomInt } from 'node:crypto'
import {
  addressLine,
  answerMessages,
  type Endpoint,
  forwardLine,
  insideMessages,
  linkMessages,
  wayOutMessages,
} from '../../network/bridge/endpoint.ts'
import { networkMessages, serveLine } from '../../network/bridge/network.ts'
import { type ForwardLine, type GatewayRequest, gatewayRequests } from '../../network/gateway-request.ts'
import { toHex } from '../../network/netlink/message.ts'
import { listenerOf, type PublishedTcp } from '../../network/ports/listener.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'

export interface Membership {
  /** the container's id */
  readonly id: string
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly PublishedTcp[]
}

/** What makes a container that is being started a member of its networks. */
export function attachmentOf(networksDir: string, membership: Membership): NetworkAttachment {
  const { endpoints, ports } = membership
  return {
    networksDir,
    bridges: toHex(
      ...endpoints.flatMap(({ network }) => networkMessages(network)),
      ...endpoints.flatMap((endpoint) => answerMessages(endpoint, insidePorts(ports))),
    ),
    links: toHex(...endpoints.flatMap((endpoint) => linkMessages(endpoint, randomInt(2 ** 30)))),
    inside: toHex(...endpoints.flatMap(insideMessages), ...wayOutMessages(endpoints)),
    requests: requestsOf(membership),
  }
}

function requestsOf({ id, endpoints, ports }: Membership): GatewayRequest[] {
  return gatewayRequests(id, endpoints.flatMap(memberLines), forwardsTo(endpoints, ports))
}

export function insidePorts(ports: readonly PublishedTcp[]): number[] {
  return ports.map(({ containerPort }) => containerPort)
}

/** What the gateway is told of a place in a network. */
function memberLines(endpoint: Endpoint): string[] {
  return [serveLine(endpoint.network) ?? [], addressLine(endpoint)].flat()
}

/** Ports lead to the container by its first network. */
export function forwardsTo([first]: readonly Endpoint[], ports: readonly PublishedTcp[]): ForwardLine[] {
  if (!first) return []
  return ports.map((port) => {
    const listener = listenerOf(port)
    return { listener, line: forwardLine(first, listener.label, port.containerPort) }
  })
}
