import { NAMESPACE_FD } from '../../network/bridge/endpoint.ts'
import { UPLINK, uplinkSixMessages } from '../../network/bridge/network.ts'
import type { GatewayRequest, Listener } from '../../network/gateway-request.ts'
import { toHex } from '../../network/netlink/message.ts'
import { answerAtOnce } from '../../network/netlink/neighbour.ts'
import { CLONE } from './constants.ts'
import { type Step, step } from './step.ts'

/** Where the gateway's socket is, in the directory of who holds its namespace. */
export const GATEWAY_SOCKET = 'gateway'

/** Source: errno(3) */
export const EEXIST = 17

/** How a container becomes a member of named networks. Messages are as `toHex` makes them. */
export interface NetworkAttachment {
  /** runtime directory of who holds the networks' namespace */
  readonly networksDir: string
  /** sent in the networks' namespace: bridges, which may be there */
  readonly bridges: string
  /** sent there: its links */
  readonly links: string
  /** sent in its own namespace */
  readonly inside: string
  readonly requests: readonly GatewayRequest[]
}

/** Before anything is made: the networks stay up as long as somebody talks with their gateway. */
export function reachGateway(directory: string): Step {
  return step('reach the gateway of the networks', 'reach', directory, GATEWAY_SOCKET)
}

/** As `reachGateway`, by a monitor, which hears of the end of the networks. */
export function joinNetworks(directory: string): Step[] {
  return [reachGateway(directory), step('watch who holds the networks', 'watch-recorded', directory, 'networks')]
}

/** By the monitor, while the child mounts: the gateway has been reached. */
export function attachSteps(attachment: NetworkAttachment): Step[] {
  const inNetworks = [
    step('find the network of the container', 'namespace', NAMESPACE_FD, 'net'),
    step('find the networks', 'join-recorded', attachment.networksDir),
    step('enter the networks', 'join', CLONE.network),
    step('make the bridge of the network', 'netlink', EEXIST, attachment.bridges),
    step('connect it with the network', 'netlink', 0, attachment.links),
    step('enter the network of the container', 'enter', NAMESPACE_FD),
    step('set up its links', 'netlink', 0, attachment.inside),
    step('set up its links', 'done'),
  ]
  return [
    step('connect it with the network', 'beside', inNetworks.length),
    ...inNetworks,
    ...attachment.requests.flatMap((request) => tellSteps(request, MEMBER.child)),
    step('leave the gateway', 'hang-up'),
  ]
}

/** Whose process goes with what the gateway is told. Source: engine/launcher/net.c */
export const MEMBER = { none: 0, child: 1, joined: 2 } as const

export function tellSteps({ text, files = [], listeners }: GatewayRequest, member: 0 | 1 | 2): Step[] {
  const opened = files.map((file) => step('open the log of what is refused', 'hand-over', file))
  return [...opened, ...listeners.map(listenStep), step('tell the gateway of it', 'tell', member, text)]
}

/** Source: engine/launcher/net.c */
const SOCKET_TYPE = { tcp: 1, udp: 2 } as const

function listenStep({ label, address, protocol, v6Only }: Listener): Step {
  return step(`publish port ${label}`, 'listen', SOCKET_TYPE[protocol], v6Only ? 1 : 0, address)
}

/** A gateway of the container's own, which has its ports lead to it. */
export interface PortGateway {
  readonly program: string
  /** where its socket is */
  readonly directory: string
  /** sent in the container's namespace */
  readonly messages: string
  readonly requests: readonly GatewayRequest[]
}

/** Starts it beside the container, in its network namespace but not its user namespace. */
export function portGatewaySteps(gateway: PortGateway, logFile: string, member: 1 | 2): Step[] {
  const inside = [
    step('open the log of the gateway', 'output', logFile),
    step('find the network of the container', 'namespace', NAMESPACE_FD, 'net'),
    step('enter the network of the container', 'enter', NAMESPACE_FD),
    step('have answers come back', 'netlink', EEXIST, gateway.messages),
    step('open the socket of the gateway', 'serve', gateway.directory, GATEWAY_SOCKET),
    step('say that it is ready', 'ready'),
    ...becomeGateway(gateway.program, ['-']),
  ]
  return [
    step('start the gateway', 'helper', inside.length),
    ...inside,
    step('start the gateway', 'await-helper'),
    reachGateway(gateway.directory),
    ...gateway.requests.flatMap((request) => tellSteps(request, member)),
    step('leave the gateway', 'hang-up'),
  ]
}

/**
 * Its socket is descriptor 3.
 *
 * @param words who is asked for names that are nobody's here, and the descriptor that has what was refused
 * @param last what is done when no other descriptor is passed on any more
 */
export function becomeGateway(
  program: string,
  words: readonly (string | number)[],
  last: readonly Step[] = [],
): Step[] {
  return [
    step('reset the signals', 'default-signals'),
    step('pass an argument', 'arg', 'gateway'),
    ...words.map((word) => step('pass an argument', 'arg', `${word}`)),
    step("close what is not the gateway's", 'close-on-exec', 4),
    ...last,
    step('start the gateway', 'exec', program),
    step('start the gateway', 'exec-failed'),
  ]
}

/** In the networks' namespace, before the uplink is there, or it would ask that for an address. Source: ip-sysctl.rst, "forwarding" */
export function forwardSix(): Step[] {
  return optional('forward version 6', [
    step('forward version 6', 'write', '/proc/sys/net/ipv6/conf/all/forwarding', '1'),
  ])
}

/** In the networks' namespace, once the uplink is there. */
export function uplinkSixSteps(): Step[] {
  const what = `carry version 6 by ${UPLINK.link}`
  return optional(
    what,
    uplinkSixMessages().map(({ message, at }) => step(what, 'netlink-of', UPLINK.link, at, toHex(message))),
  )
}

/** Some hosts have no version 6, or do not let us change it: then networks have it inside alone. */
function optional(what: string, steps: readonly Step[]): Step[] {
  return [step(what, 'optional', steps.length), ...steps]
}

/** In the networks' namespace, once the uplink is there. */
export function answerUplinkAtOnce(): Step {
  const { message, at } = answerAtOnce()
  return step(`answer ${UPLINK.link} at once`, 'netlink-of', UPLINK.link, at, toHex(message))
}
