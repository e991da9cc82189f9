import { basename } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { reachLine } from '../../network/bridge/endpoint.ts'
import { networkMessages } from '../../network/bridge/network.ts'
import { plainRequests } from '../../network/gateway-request.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import { republishContainerPorts } from '../container/publish.ts'
import { isWithoutGateway } from '../container/relay-udp.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { carryOut } from '../launcher/carry-out.ts'
import { lostOnes } from '../monitor/watched.ts'
import { uplinkSteps } from '../plan/compile-keeper-plan.ts'
import { compilePublishPlan } from '../plan/compile-publish-plan.ts'
import { keepHelper } from './keep.ts'
import { forgetMends, tryToMend } from './mend-limit.ts'
import { runningNetworks, uplinkHelper } from './networks.ts'
import { bridgeNetworkOf, endpointOf } from './start.ts'

/**
 * Starts the uplink of the named networks anew where it has ended; their monitor has us look. One that ends again
 * and again stays lost.
 *
 * @param options `again`: also then
 * @throws {TspodError} E_NETWORK_HELPER_MISSING; E_NETWORK_LOST: with `again`, where it cannot be started
 */
export async function mendUplink(engine: Engine, { again = false } = {}): Promise<void> {
  await using _lock = await engine.storage.locks.acquire('networks', 'all', { doing: 'connecting the networks' })
  const runDir = runningNetworks(engine)
  if (runDir === undefined || !lostOnes(runDir).includes('uplink')) return
  if (again) forgetMends(runDir)
  const networks = networksInUse(engine)
  const messages = networks.flatMap((network) => networkMessages(bridgeNetworkOf(network)))
  const steps = uplinkSteps(runDir, uplinkHelper(engine, basename(runDir)), messages)
  const isThere = (): boolean => runningNetworks(engine) === runDir
  const reason = await tryToMend(
    { runDir, name: 'uplink' },
    () => keepHelper(engine, { runDir, name: 'uplink' }, steps),
    isThere,
  )
  if (!isThere()) return
  if (reason === undefined) await republish(engine, runDir)
  record(engine, networks, reason === undefined ? { action: 'mended' } : { action: 'lost', reason })
  if (reason !== undefined && again) throw uplinkLost(reason)
}

/** The new uplink knows of no UDP ports, and of no addresses of version 6. */
async function republish(engine: Engine, runDir: string): Promise<void> {
  for (const row of engine.storage.containers.list()) {
    const isIn = row.status === 'running' && parseContainerConfig(row.config).networkMode === 'bridge'
    if (!isIn) continue
    await reachAgain(engine, row, runDir)
    await republishContainerPorts(engine, row)
  }
}

async function reachAgain(engine: Engine, row: ContainerRow, directory: string): Promise<void> {
  const endpoints = engine.storage.endpoints.ofContainer(row.id)
  const lines = endpoints.flatMap((endpoint) => reachLine(endpointOf(engine, { row, endpoint, place: 0 })) ?? [])
  if (lines.length === 0) return
  const requests = plainRequests(row.id, lines)
  try {
    await carryOut(engine.launcher, compilePublishPlan({ directory, added: '', requests, removed: '' }))
  } catch (error) {
    if (!isWithoutGateway(error)) throw error
  }
}

/** Those with a container that has addresses in them. */
function networksInUse({ storage }: Engine): NetworkRow[] {
  const used = new Set(storage.endpoints.list().flatMap(({ networkId, mac }) => (mac === null ? [] : [networkId])))
  return [...used].flatMap((id) => storage.networks.find(id) ?? [])
}

function record(
  engine: Engine,
  networks: readonly NetworkRow[],
  { action, reason }: { readonly action: 'lost' | 'mended'; readonly reason?: string },
): void {
  const attributes = { lost: 'uplink', ...(reason === undefined ? {} : { error: reason }) }
  for (const { id, name } of networks) recordEvent(engine, { type: 'network', action, id, name, attributes })
}

function uplinkLost(reason: string): TspodError {
  return new TspodError('E_NETWORK_LOST', `named networks have lost their way to the outside: ${reason}`)
}
