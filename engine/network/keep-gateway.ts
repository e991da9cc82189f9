import type { ContainerRow } from '../../storage/state/container-row.ts'
import { type PublishedPort, parseContainerConfig } from '../container/config.ts'
import { describeContainerNetwork } from '../container/describe-network.ts'
import { portGateway } from '../container/port-gateway.ts'
import type { Engine } from '../engine.ts'
import { endWatched } from '../monitor/watched.ts'
import { MEMBER, portGatewaySteps } from '../plan/network-steps.ts'
import { keepHelper } from './keep.ts'

/**
 * Gives a container that runs, in no named network, a gateway for these ports, in the place of the one it may have. It
 * ends with the container, and is started anew where it ends before.
 *
 * @throws {TspodError} E_LAUNCH_FAILED, E_PORT_IN_USE, E_MONITOR_LOST, E_NETWORK_HELPER_MISSING
 */
export async function keepGateway(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const runDir = engine.runDir(row.id)
  const network = describeContainerNetwork(engine, row.id, parseContainerConfig(row.config))
  const gateway = portGateway(engine, { id: row.id, ports }, network)
  if (!gateway) return
  await endWatched(runDir, 'gateway')
  const steps = portGatewaySteps(gateway, `${runDir}/gateway.log`, MEMBER.joined)
  await keepHelper(engine, { runDir, name: 'gateway' }, steps)
}
