import { randomInt } from 'node:crypto'
import { answerMessages, type Endpoint, wayOutMessages } from '../../network/bridge/endpoint.ts'
import { bridgeName } from '../../network/bridge/network.ts'
import { gatewayRequests } from '../../network/gateway-request.ts'
import { deleteLink } from '../../network/netlink/link.ts'
import { toHex } from '../../network/netlink/message.ts'
import { listenerOf } from '../../network/ports/listener.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { EndpointRow } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import { isTcp } from '../container/port-gateway.ts'
import type { Engine } from '../engine.ts'
import { carryOut } from '../launcher/carry-out.ts'
import { compileConnectPlan, compileDisconnectPlan } from '../plan/compile-connect-plan.ts'
import { assignAddresses } from './assign.ts'
import { attachmentOf, forwardsTo, insidePorts } from './attachment.ts'
import { resolveNetwork } from './find.ts'
import { upstreamsOf } from './nameserver.ts'
import { refreshResolvConf } from './refresh-resolv-conf.ts'
import { endpointOf } from './start.ts'
import { withNetworks } from './with-networks.ts'

/** Links that come later have other numbers than those a container started with. */
const LATER_PLACES = [64, 1 << 20] as const

/**
 * Brings a container that runs into a network that its rows say it is in.
 *
 * @throws {TspodError} E_ADDRESS_IN_USE, E_NETWORK_FULL, E_LAUNCH_FAILED
 */
export async function connectRunning(engine: Engine, row: ContainerRow, networkId: string): Promise<void> {
  const rows = assignAddresses(engine, row.id)
  const endpoints = rows.map((endpoint) => endpointOf(engine, { row, endpoint, place: randomInt(...LATER_PLACES) }))
  const added = endpoints[rows.findIndex((endpoint) => endpoint.networkId === networkId)]
  if (!added) throw new Error(`container ${row.id} is in no network ${networkId}`)
  // Its ports lead to it by its first network: by this one, where there was none.
  const ports = endpoints.length === 1 ? tcpPorts(row) : []
  const upstreams = upstreamsOf(parseContainerConfig(row.config).request)
  await withNetworks(engine, async (networksDir) => {
    const attachment = attachmentOf(networksDir, { id: row.id, endpoints: [added], ports, upstreams })
    await carryOut(engine.launcher, compileConnectPlan(engine.runDir(row.id), attachment))
  })
  refreshResolvConf(engine, row, networksOf(engine, rows))
}

/**
 * Takes a container that runs out of a network, before its rows say so. Ports that led to it by that network lead to
 * it by the next.
 *
 * @throws {TspodError} E_LAUNCH_FAILED
 */
export async function disconnectRunning(engine: Engine, row: ContainerRow, networkId: string): Promise<void> {
  const rows = engine.storage.endpoints.ofContainer(row.id)
  const endpoints = rows.map((endpoint, place) => endpointOf(engine, { row, endpoint, place }))
  const at = rows.findIndex((endpoint) => endpoint.networkId === networkId)
  const left = endpoints.filter((_, index) => index !== at)
  const removed = endpoints[at]
  if (!removed) return
  const ports = at === 0 ? tcpPorts(row) : []
  await withNetworks(engine, async (networksDir) => {
    const plan = compileDisconnectPlan(engine.runDir(row.id), {
      networksDir,
      networks: toHex(...(left[0] ? answerMessages(left[0], insidePorts(ports)) : [])),
      inside: toHex(deleteLink(removed.link)),
      wayOut: toHex(...wayOutMessages(left)),
      requests: [
        { text: leaveText(row, removed, ports), listeners: [] },
        ...(ports.length > 0 && left.length > 0 ? gatewayRequests(row.id, [], forwardsTo(left, ports)) : []),
      ],
    })
    await carryOut(engine.launcher, plan)
  })
  refreshResolvConf(engine, row, networksOf(engine, rows.toSpliced(at, 1)))
}

function networksOf(engine: Engine, rows: readonly EndpointRow[]): NetworkRow[] {
  return rows.map(({ networkId }) => resolveNetwork(engine, networkId))
}

function tcpPorts({ config }: ContainerRow) {
  return (parseContainerConfig(config).ports ?? []).filter(isTcp)
}

function leaveText({ id }: ContainerRow, { network }: Endpoint, ports: ReturnType<typeof tcpPorts>): string {
  const lines = ports.map((port) => `unforward ${listenerOf(port).label}`)
  return [`member ${id}`, ...lines, `leave ${bridgeName(network)}`, ''].join('\n')
}
