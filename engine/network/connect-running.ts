import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import type { PlannedEndpoint } from './endpoint-requests.ts'

/**
 * Brings a container that runs into a network, once its row says so.
 *
 * @throws {TspodError} E_UNSUPPORTED_OPTION
 */
export async function connectRunning(_engine: Engine, row: ContainerRow, _endpoint: PlannedEndpoint): Promise<void> {
  throw notYet(row)
}

/**
 * Takes a container that runs out of a network, before its row says so.
 *
 * @throws {TspodError} E_UNSUPPORTED_OPTION
 */
export async function disconnectRunning(_engine: Engine, row: ContainerRow, _networkId: string): Promise<void> {
  throw notYet(row)
}

function notYet(row: ContainerRow): TspodError {
  return new TspodError(
    'E_UNSUPPORTED_OPTION',
    `the networks of container ${row.name}, which runs, cannot be changed yet`,
    {
      hint: `run "tspod stop ${row.name}" first`,
    },
  )
}
