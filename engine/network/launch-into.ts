import { allowSecondMount } from '../../storage/drivers/volatile-mount.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { refreshHosts } from '../container/refresh-hosts.ts'
import type { Engine } from '../engine.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'
import { assignAddresses, releaseAddresses } from './assign.ts'
import { membershipOf } from './start.ts'
import { withNetworks } from './with-networks.ts'

/**
 * Launches a container into its networks with names.
 *
 * @param launch is given what makes it a member; as nothing is left of a launch that failed, it may be asked again
 */
export async function launchIntoNetworks<T>(
  engine: Engine,
  row: ContainerRow,
  launch: (networks: NetworkAttachment) => Promise<T>,
): Promise<T> {
  try {
    assignAddresses(engine, row.id)
    return await withNetworks(engine, async (networksDir) => {
      const { attachment, address } = await membershipOf(engine, row, networksDir)
      refreshHosts(engine, row, address)
      try {
        return await launch(attachment)
      } catch (error) {
        allowSecondMount(engine.storage.paths, row.id)
        throw error
      }
    })
  } catch (error) {
    releaseAddresses(engine, row.id)
    throw error
  }
}
