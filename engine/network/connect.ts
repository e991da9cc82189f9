import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import { lockContainer } from '../container/lock.ts'
import { settle } from '../container/reconcile.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { addressWish, macWish, type NetworkWish, parseAlias } from '../spec/parse-networks.ts'
import { connectRunning, disconnectRunning } from './connect-running.ts'
import { settleDefaultNetwork } from './default-network.ts'
import { requireVersion4 } from './egress.ts'
import { endpointRequests } from './endpoint-requests.ts'
import { findNetwork, resolveNetwork } from './find.ts'
import { followUdp } from './follow-udp.ts'

export interface ConnectOptions {
  readonly aliases?: readonly string[]
  readonly ip?: string | undefined
  readonly ip6?: string | undefined
  readonly macAddress?: string | undefined
}

/**
 * Brings a container into a network: from its next start on, or at once where it runs.
 *
 * @throws {TspodError} E_NETWORK_NOT_FOUND, E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_ADDRESS, E_BAD_NETWORK, E_BAD_EGRESS
 * @throws {TspodError} E_ENDPOINT_EXISTS: it is in that network
 * @throws {TspodError} E_NETWORK_MODE: its network is none with a name
 * @see podman-network-connect(1)
 */
export async function connectNetwork(
  engine: Engine,
  names: { readonly network: string; readonly container: string },
  options: ConnectOptions = {},
): Promise<void> {
  const { containers, endpoints } = engine.storage
  await settleDefaultNetwork(engine)
  const network = resolveNetwork(engine, names.network)
  const { id } = containers.resolve(names.container)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, containers.resolve(id))
  requireNamed(row)
  const own = endpoints.ofContainer(id)
  if (own.some(({ networkId }) => networkId === network.id))
    throw new TspodError('E_ENDPOINT_EXISTS', `container ${row.name} is in the network ${network.name} already`)
  const taken = own.map(({ interfaceName }) => interfaceName)
  const [planned] = endpointRequests(engine, [wishOf(network, options)], taken)
  requireVersion4(parseContainerConfig(row.config).request, network)
  if (!planned) throw new Error(`nothing was planned for ${network.name}`)
  endpoints.add(id, planned.request)
  if (isUp(row)) {
    await connectOrForget(engine, row, network.id)
    await followUdp(engine, row)
  }
  record(engine, 'connect', { network, row })
}

/**
 * Takes a container out of a network.
 *
 * @throws {TspodError} E_NETWORK_NOT_FOUND, E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_NOT_CONNECTED: it is not in that network; with `force` that is as good
 * @see podman-network-disconnect(1)
 */
export async function disconnectNetwork(
  engine: Engine,
  names: { readonly network: string; readonly container: string },
  options: { readonly force?: boolean } = {},
): Promise<void> {
  const { containers, endpoints } = engine.storage
  const network = options.force ? findNetwork(engine, names.network) : resolveNetwork(engine, names.network)
  const found = options.force ? containers.find(names.container) : containers.resolve(names.container)
  if (!network || !found) return
  await using _lock = await lockContainer(engine, found.id)
  const row = settle(engine, containers.resolve(found.id))
  const isIn = endpoints.ofContainer(row.id).some(({ networkId }) => networkId === network.id)
  if (!isIn && options.force) return
  if (!isIn) throw new TspodError('E_NOT_CONNECTED', `container ${row.name} is not in the network ${network.name}`)
  if (isUp(row)) await disconnectRunning(engine, row, network.id)
  if (endpoints.remove(row.id, network.id)) record(engine, 'disconnect', { network, row })
  if (isUp(row)) await followUdp(engine, row)
}

async function connectOrForget(engine: Engine, row: ContainerRow, networkId: string): Promise<void> {
  try {
    await connectRunning(engine, row, networkId)
  } catch (error) {
    engine.storage.endpoints.remove(row.id, networkId)
    throw error
  }
}

function wishOf({ id }: NetworkRow, { aliases = [], ip, ip6, macAddress }: ConnectOptions): NetworkWish {
  return {
    network: id,
    aliases: aliases.map(parseAlias),
    ...(ip === undefined ? {} : addressWish(ip, ip, '--ip')),
    ...(ip6 === undefined ? {} : addressWish(ip6, ip6, '--ip6')),
    ...(macAddress === undefined ? {} : { mac: macWish(macAddress, macAddress, '--mac-address') }),
  }
}

function requireNamed(row: ContainerRow): void {
  const { networkMode } = parseContainerConfig(row.config)
  if (networkMode === 'bridge') return
  throw new TspodError(
    'E_NETWORK_MODE',
    `the network of container ${row.name} is ${networkMode}, so it can be in no other`,
    {
      hint: 'make it with --network bridge, or another network with a name',
    },
  )
}

function isUp({ status }: ContainerRow): boolean {
  return status !== 'created' && status !== 'exited' && status !== 'restarting'
}

function record(
  engine: Engine,
  action: 'connect' | 'disconnect',
  { network, row }: { readonly network: NetworkRow; readonly row: ContainerRow },
): void {
  const { id, name } = network
  recordEvent(engine, { type: 'network', action, id, name, attributes: { container: row.id, type: 'bridge' } })
}
