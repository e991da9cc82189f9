import { basename } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { networkMessages } from '../../network/bridge/network.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import { republishContainerPorts } from '../container/publish.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { lostOnes } from '../monitor/watched.ts'
import { uplinkSteps } from '../plan/compile-keeper-plan.ts'
import { keepHelper } from './keep.ts'
import { forgetMends, tryToMend } from './mend-limit.ts'
import { runningNetworks, uplinkHelper } from './networks.ts'
import { bridgeNetworkOf } from './start.ts'

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
  if (reason === undefined) await republish(engine)
  record(engine, networks, reason === undefined ? { action: 'mended' } : { action: 'lost', reason })
  if (reason !== undefined && again) throw uplinkLost(reason)
}

/** The new uplink knows of no UDP ports. */
async function republish(engine: Engine): Promise<void> {
  for (const row of engine.storage.containers.list()) {
    const isIn = row.status === 'running' && parseContainerConfig(row.config).networkMode === 'bridge'
    if (isIn) await republishContainerPorts(engine, row)
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
