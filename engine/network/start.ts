import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { assignAddresses, releaseAddresses } from './assign.ts'

/**
 * Makes the networks of a container ready for its start.
 *
 * @throws {TspodError} E_ADDRESS_IN_USE, E_NETWORK_FULL
 * @throws {TspodError} E_UNSUPPORTED_OPTION: there is nobody yet who carries packets
 */
export async function startNetworks(engine: Engine, row: ContainerRow): Promise<void> {
  assignAddresses(engine, row.id)
  releaseAddresses(engine, row.id)
  throw new TspodError(
    'E_UNSUPPORTED_OPTION',
    `container ${row.name} is in a network with a name, and cannot be started yet`,
  )
}
