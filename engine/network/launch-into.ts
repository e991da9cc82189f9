import { allowSecondMount } from '../../storage/drivers/volatile-mount.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'
import { refreshHosts } from '../container/refresh-hosts.ts'
import type { Engine } from '../engine.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'
import { releaseAddresses } from './assign.ts'
import { networksGone } from './networks-gone.ts'
import { startNetworks } from './start.ts'

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
  const { ports } = parseContainerConfig(row.config)
  let gone: string | undefined
  try {
    for (let attempt = 1; ; attempt++) {
      const { attachment, address } = await startNetworks(engine, row, { ...(ports && { ports }), gone })
      refreshHosts(engine, row, address)
      try {
        return await launch(attachment)
      } catch (error) {
        if (!networksGone(error, attempt)) throw error
        gone = attachment.networksDir
        allowSecondMount(engine.storage.paths, row.id)
      }
    }
  } catch (error) {
    releaseAddresses(engine, row.id)
    throw error
  }
}
