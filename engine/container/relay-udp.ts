import { TspodError } from '../../base/errors.ts'
import { gatewayRequests, type Listener, plainRequests } from '../../network/gateway-request.ts'
import { type RelayExtent, relayLine, relayListeners } from '../../network/ports/relays.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { carryOut } from '../launcher/carry-out.ts'
import { isNetworksGone, runningNetworks } from '../network/networks.ts'
import { compilePublishPlan } from '../plan/compile-publish-plan.ts'
import { type PublishedPort, parseContainerConfig } from './config.ts'
import { isLimited } from './network-input.ts'
import { runningGateway } from './running-gateway.ts'

/**
 * Has the gateway of a container that runs answer on the host's loopback for UDP ports. Whoever else carries them has
 * them already.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT; some of them may answer then
 * @throws {TspodError} E_NETWORKS_GONE, E_CONTAINER_NOT_RUNNING: it has no gateway, or has ended
 */
export async function relayUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const listeners = listenersOf(row)
  if (!ports.some((port) => listeners(port).length > 0)) return
  const gateway = runningGateway(engine, row)
  const relays = ports.flatMap((port) =>
    listeners(port).map((listener) => ({
      listener,
      line: relayLine(gateway.lineOf(listener.label, port.containerPort)),
    })),
  )
  const requests = gatewayRequests(row.id, [], relays)
  await carryOut(
    engine.launcher,
    compilePublishPlan({ directory: gateway.directory, added: '', requests, removed: '' }),
  )
}

/** It answers there no longer. Where nobody does that is as good. */
export async function unrelayUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const isNamed = parseContainerConfig(row.config).networkMode === 'bridge'
  const directory = isNamed ? runningNetworks(engine) : engine.runDir(row.id)
  const labels = ports.flatMap(listenersOf(row)).map(({ label }) => label)
  if (directory === undefined || labels.length === 0) return
  const lines = labels.map((label) => `unforward ${label}`)
  try {
    const requests = plainRequests(row.id, lines)
    await carryOut(engine.launcher, compilePublishPlan({ directory, added: '', requests, removed: '' }))
  } catch (error) {
    if (!isWithoutGateway(error)) throw error
  }
}

/** Whether there is no gateway that knows the container; with it its ports have gone. */
export function isWithoutGateway(error: unknown): boolean {
  return isNetworksGone(error) || (error instanceof TspodError && error.code === 'E_CONTAINER_NOT_RUNNING')
}

/** The gateway's sockets for a UDP port of the container. */
function listenersOf({ config }: ContainerRow): (port: PublishedPort) => Listener[] {
  const extent: RelayExtent = isLimited(parseContainerConfig(config)) ? 'all' : 'loopback'
  return (port) => (port.protocol === 'udp' ? relayListeners(port, extent) : [])
}
