import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { keepGateway } from '../network/keep-gateway.ts'
import { type PublishedPort, parseContainerConfig } from './config.ts'
import { addUdp } from './publish.ts'
import { isWithoutGateway } from './relay-udp.ts'

/**
 * Has UDP ports lead to a container that runs, all of them or none. One that was started without a gateway gets one.
 *
 * @param all its ports, these among them
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT
 */
export async function addLiveUdp(
  engine: Engine,
  row: ContainerRow,
  { ports, all }: { readonly ports: readonly PublishedPort[]; readonly all: readonly PublishedPort[] },
): Promise<void> {
  if (ports.length === 0) return
  try {
    await addUdp(engine, row, ports)
  } catch (error) {
    if (!isWithoutGateway(error) || parseContainerConfig(row.config).networkMode === 'bridge') throw error
    await keepGateway(engine, row, all)
    await addUdp(engine, row, ports)
  }
}
