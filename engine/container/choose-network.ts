import { formatAddress } from '../../network/addresses/address.ts'
import { gatewayOf } from '../../network/bridge/network.ts'
import { describeNetwork, type NetworkChoice, parseNetworkMode } from '../../network/describe.ts'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { EndpointRequest } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'
import { requireEnforceable, withNamedNetworks } from '../network/egress.ts'
import { endpointRequests, subnetOf } from '../network/endpoint-requests.ts'
import type { RunRequest } from '../request.ts'
import { containerPorts } from '../spec/container-ports.ts'
import { parseNetworks } from '../spec/parse-networks.ts'
import type { SpecNetwork } from '../spec/spec-input.ts'
import { assignPorts } from './assign-ports.ts'
import type { PublishedPort } from './config.ts'
import { helperFinder } from './helper-finder.ts'

export interface ContainerNetwork {
  readonly choice: NetworkChoice
  /** as `inspect` shows it, and `containerPlan` reads it: `container:ID` of another one's */
  readonly mode: string
  readonly specNetwork: SpecNetwork
  readonly ports: readonly PublishedPort[]
  readonly exposed: readonly string[]
  /** its places in networks with names */
  readonly endpoints: readonly EndpointRequest[]
}

/**
 * The network of a container that is being made, with its ports. Ports of the host that are left
 * open are chosen here, so that they stay the same when the container is started again.
 *
 * @param joined id of the container whose network it is in
 * @throws {TspodError} E_BAD_EGRESS, E_BAD_NETWORK, E_NETWORK_NOT_FOUND, E_BAD_ADDRESS, E_BAD_INTERFACE_NAME, E_BAD_PORT, E_PORT_TWICE, E_NETWORK_HELPER_MISSING, E_NO_FREE_PORT
 */
export async function chooseNetwork(
  engine: Engine,
  request: RunRequest,
  { image, joined }: { readonly image: Pick<ImageConfig, 'exposedPorts'>; readonly joined: string | undefined },
): Promise<ContainerNetwork> {
  const { publish, exposed } = containerPorts(request, image)
  const asked = parseNetworks(withNamedNetworks(request))
  const planned = 'wishes' in asked ? endpointRequests(engine, asked.wishes) : []
  requireEnforceable(
    request,
    planned.map(({ network }) => network),
    publish,
  )
  const mode = 'wishes' in asked ? 'bridge' : parseNetworkMode(asked.mode)
  const { slirpOptions, pastaOptions, rootlessNetwork } = request.defaults ?? {}
  const described = describeNetwork(
    mode,
    {
      userNamespace: engine.host.rootless,
      ...(slirpOptions && { slirpOptions }),
      ...(pastaOptions && { pastaOptions }),
      ...(rootlessNetwork && { rootlessNetwork }),
    },
    helperFinder(engine, request),
  )
  const [first] = planned
  // Of the first network: who looks up a name there is known by the address, whatever the network.
  const nameserver = first && nameserverOf(first.network, request)
  const choice = nameserver === undefined ? described : { ...described, nameserver, knowsMore: true }
  if (choice.degraded && !request.quiet) engine.warn(choice.reason)
  const hasPorts = choice.helper !== undefined || choice.mode === 'bridge'
  if (publish.length > 0 && !hasPorts && !request.quiet)
    engine.warn(`ports are not published, for the network of the container is ${choice.mode}`)
  return {
    choice,
    mode: joined === undefined ? choice.mode : `container:${joined}`,
    specNetwork: specNetworkOf(choice.mode),
    ports: hasPorts ? await assignPorts(publish) : [],
    exposed,
    endpoints: planned.map((endpoint) => endpoint.request),
  }
}

/** A container whose way out is limited has no address of version 6, and a resolver of its own in any network. */
function nameserverOf(network: NetworkRow, { egress }: RunRequest): string | undefined {
  const limited = egress?.length ? subnetOf(network, 4) : undefined
  if (limited) return formatAddress(gatewayOf(limited))
  return network.dnsEnabled ? network.subnets[0]?.gateway : undefined
}

function specNetworkOf(mode: NetworkChoice['mode']): SpecNetwork {
  if (mode === 'container') return 'joined'
  return mode === 'host' || mode === 'none' ? mode : 'private'
}
