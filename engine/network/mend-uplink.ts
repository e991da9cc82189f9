import { networkMessages } from '../../network/bridge/network.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { lostOnes, markLost } from '../monitor/watched.ts'
import { uplinkSteps } from '../plan/compile-keeper-plan.ts'
import { keepHelper } from './keep.ts'
import { forgetMends, mayMend } from './mend-limit.ts'
import { runningNetworks, uplinkHelper } from './networks.ts'
import { bridgeNetworkOf } from './start.ts'

/**
 * Starts the uplink of the named networks anew where it has ended; their monitor has us look. One that ends again
 * and again stays lost.
 *
 * @param options `again`: also then
 * @throws {TspodError} E_LAUNCH_FAILED, E_NETWORK_HELPER_MISSING
 */
export async function mendUplink(engine: Engine, { again = false } = {}): Promise<void> {
  await using _lock = await engine.storage.locks.acquire('networks', 'all', { doing: 'connecting the networks' })
  const runDir = runningNetworks(engine)
  if (runDir === undefined || !lostOnes(runDir).includes('uplink')) return
  if (again) forgetMends(runDir)
  const networks = networksInUse(engine)
  if (!mayMend(runDir, 'uplink')) {
    markLost(runDir, 'uplink')
    record(engine, networks, 'lost')
    return
  }
  const messages = networks.flatMap((network) => networkMessages(bridgeNetworkOf(network)))
  await keepHelper(engine, { runDir, name: 'uplink' }, uplinkSteps(runDir, uplinkHelper(engine), messages))
  record(engine, networks, 'mended')
}

/** Those with a container that has addresses in them. */
function networksInUse({ storage }: Engine): NetworkRow[] {
  const used = new Set(storage.endpoints.list().flatMap(({ networkId, mac }) => (mac === null ? [] : [networkId])))
  return [...used].flatMap((id) => storage.networks.find(id) ?? [])
}

function record(engine: Engine, networks: readonly NetworkRow[], action: 'lost' | 'mended'): void {
  for (const { id, name } of networks)
    recordEvent(engine, { type: 'network', action, id, name, attributes: { lost: 'uplink' } })
}
