import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { EndpointRow } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'

export interface ContainerEndpoint {
  readonly endpoint: EndpointRow
  readonly network: NetworkRow
}

/** The networks with names that a container is in, in the order in which they were asked for. Costs nothing where it is in none. */
export function containerNetworks({ storage }: Engine, row: ContainerRow): ContainerEndpoint[] {
  if (parseContainerConfig(row.config).networkMode !== 'bridge') return []
  return storage.endpoints.ofContainer(row.id).flatMap((endpoint) => {
    const network = storage.networks.find(endpoint.networkId)
    return network ? [{ endpoint, network }] : []
  })
}
