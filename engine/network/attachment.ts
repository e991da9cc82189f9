import { randomInt } from 'node:crypto'
import {
  answerMessages,
  type Endpoint,
  forwardLine,
  insideMessages,
  linkMessages,
  linkNumbers,
  memberLines,
  wayOutMessages,
} from '../../network/bridge/endpoint.ts'
import { networkMessages } from '../../network/bridge/network.ts'
import { type ForwardLine, gatewayRequests } from '../../network/gateway-request.ts'
import { toHex } from '../../network/netlink/message.ts'
import { listenerOf, type PublishedTcp } from '../../network/ports/listener.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'

export interface Membership {
  /** the container's id */
  readonly id: string
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly PublishedTcp[]
  /** whom it has asked for names that its networks do not know; none: those that they ask */
  readonly upstreams: readonly string[]
}

/** What makes a container that is being started a member of its networks. */
export function attachmentOf(networksDir: string, membership: Membership): NetworkAttachment {
  const { endpoints, ports, upstreams } = membership
  const links = endpoints.map((endpoint) => ({ endpoint, number: randomInt(linkNumbers(endpoint)) }))
  return {
    networksDir,
    bridges: toHex(
      ...endpoints.flatMap(({ network }) => networkMessages(network)),
      ...endpoints.flatMap((endpoint) => answerMessages(endpoint, insidePorts(ports))),
    ),
    links: toHex(...links.flatMap(({ endpoint, number }) => linkMessages(endpoint, number))),
    inside: toHex(...endpoints.flatMap(insideMessages), ...wayOutMessages(endpoints)),
    requests: gatewayRequests(
      membership.id,
      [
        ...(upstreams.length > 0 ? [{ text: ['ask', ...upstreams].join(' ') }] : []),
        ...links.map(({ endpoint, number }) => memberLines(endpoint, number)),
      ],
      forwardsTo(endpoints, ports),
    ),
  }
}

export function insidePorts(ports: readonly PublishedTcp[]): number[] {
  return ports.map(({ containerPort }) => containerPort)
}

/** Ports lead to the container by its first network. */
export function forwardsTo([first]: readonly Endpoint[], ports: readonly PublishedTcp[]): ForwardLine[] {
  if (!first) return []
  return ports.map((port) => {
    const listener = listenerOf(port)
    return { listener, line: forwardLine(first, listener.label, port.containerPort) }
  })
}
