import { randomInt } from 'node:crypto'
import {
  addressLine,
  answerMessages,
  type Endpoint,
  forwardLine,
  insideMessages,
  linkMessages,
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
  const inside = ports.map(({ containerPort }) => containerPort)
  return {
    networksDir,
    bridges: toHex(
      ...endpoints.flatMap(({ network }) => networkMessages(network)),
      ...endpoints.flatMap((endpoint) => answerMessages(endpoint, inside)),
    ),
    links: toHex(...endpoints.flatMap((endpoint) => linkMessages(endpoint, randomInt(2 ** 30)))),
    inside: toHex(...endpoints.flatMap(insideMessages)),
    requests: requestsOf(membership),
  }
}

/** Ports lead to the container by its first network. */
function requestsOf({ id, endpoints, ports }: Membership): GatewayRequest[] {
  const lines = endpoints.flatMap((endpoint) => [serveLine(endpoint.network) ?? [], addressLine(endpoint)].flat())
  const [first] = endpoints
  const forwards: ForwardLine[] = first
    ? ports.map((port) => {
        const listener = listenerOf(port)
        return { listener, line: forwardLine(first, listener.label, port.containerPort) }
      })
    : []
  return gatewayRequests(id, lines, forwards)
}
