import type { EndpointRow } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { type EndpointAddresses, endpointAddresses } from '../container/inspect/endpoint.ts'
import type { Engine } from '../engine.ts'
import { resolveNetwork } from './find.ts'

/** All that is known of a network. */
export interface NetworkInspect {
  readonly network: NetworkRow
  /** containers that run in it */
  readonly members: readonly NetworkMember[]
}

export interface NetworkMember {
  readonly id: string
  readonly name: string
  readonly endpoint: EndpointRow
  readonly addresses: EndpointAddresses
}

/**
 * @throws {TspodError} E_NETWORK_NOT_FOUND, E_AMBIGUOUS_REF
 * @see podman-network-inspect(1)
 */
export function inspectNetwork(engine: Engine, ref: string): NetworkInspect {
  const { containers, endpoints } = engine.storage
  const network = resolveNetwork(engine, ref)
  const members = endpoints.ofNetwork(network.id).flatMap((endpoint) => {
    const name = endpoint.mac === null ? undefined : containers.find(endpoint.containerId)?.name
    if (name === undefined) return []
    return [{ id: endpoint.containerId, name, endpoint, addresses: endpointAddresses({ endpoint, network }) }]
  })
  return { network, members }
}
