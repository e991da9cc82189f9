import { join } from 'node:path'
import { ownAnswerMessages, ownForwardLine } from '../../network/bridge/own-gateway.ts'
import type { NetworkDescription } from '../../network/driver.ts'
import { gatewayRequests } from '../../network/gateway-request.ts'
import { toHex } from '../../network/netlink/message.ts'
import { listenerOf } from '../../network/ports/listener.ts'
import type { Engine } from '../engine.ts'
import type { PortGateway } from '../plan/network-steps.ts'
import type { PublishedPort } from './config.ts'

/**
 * The gateway of a container that is in no named network but publishes ports: its helper would carry those of TCP
 * too, but slower, and not for a container that runs already. Those of UDP it is told of later, by `relayUdp`.
 */
export function portGateway(
  engine: Engine,
  { id, ports }: { readonly id: string; readonly ports: readonly PublishedPort[] },
  network: NetworkDescription,
): PortGateway | undefined {
  const own = ports.filter(isTcp)
  if (ports.length === 0 || network.helper === undefined) return undefined
  const forwards = own.map((port) => {
    const listener = listenerOf(port)
    return { listener, line: ownForwardLine(listener.label, port.containerPort, network) }
  })
  return {
    program: gatewayProgram(engine),
    directory: engine.runDir(id),
    messages: toHex(...ownAnswerMessages(own.map(({ containerPort }) => containerPort))),
    requests: gatewayRequests(id, [], forwards),
  }
}

export function isTcp({ protocol }: PublishedPort): boolean {
  return protocol === 'tcp'
}

/** It is built beside the launcher. */
export function gatewayProgram(engine: Engine): string {
  return join(engine.launcher, '../gateway')
}
