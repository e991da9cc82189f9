import { resolve } from 'node:path'
import { describeNetwork, type NetworkChoice, parseNetworkMode } from '../../network/describe.ts'
import type { NetworkMode } from '../../network/driver.ts'
import type { ImageConfig } from '../../storage/images/image.ts'
import type { EndpointRequest } from '../../storage/state/endpoints.ts'
import type { Engine } from '../engine.ts'
import { settleDefaultNetwork } from '../network/default-network.ts'
import { requireVersion4, withNamedNetworks } from '../network/egress.ts'
import { endpointRequests } from '../network/endpoint-requests.ts'
import { nameserverIn, requireUpstreams } from '../network/nameserver.ts'
import type { RunRequest } from '../request.ts'
import { containerPorts } from '../spec/container-ports.ts'
import { parseNetworks, type RequestedNetworks } from '../spec/parse-networks.ts'
import type { SpecNetwork } from '../spec/spec-input.ts'
import { assignPorts } from './assign-ports.ts'
import type { PublishedPort } from './config.ts'
import { helperFinder } from './helper-finder.ts'
import { helperInput } from './helper-input.ts'

export interface ContainerNetwork {
  readonly choice: NetworkChoice
  /** as `inspect` shows it, and `containerPlan` reads it: `container:ID` of another one's, `ns:PATH` of somebody's */
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
 * @throws {TspodError} E_BAD_DNS, E_BAD_EGRESS, E_BAD_NETWORK, E_BAD_NETWORK_OPTION, E_NETWORK_NOT_FOUND, E_BAD_ADDRESS, E_BAD_INTERFACE_NAME, E_BAD_PORT, E_PORT_TWICE, E_NETWORK_HELPER_MISSING, E_NO_FREE_PORT
 */
export async function chooseNetwork(
  engine: Engine,
  request: RunRequest,
  { image, joined }: { readonly image: Pick<ImageConfig, 'exposedPorts'>; readonly joined: string | undefined },
): Promise<ContainerNetwork> {
  const { publish, exposed } = containerPorts(request, image)
  const asked = parseNetworks(withNamedNetworks(request))
  if ('wishes' in asked) await settleDefaultNetwork(engine)
  const planned = 'wishes' in asked ? endpointRequests(engine, asked.wishes) : []
  const networks = planned.map(({ network }) => network)
  for (const network of networks) requireVersion4(request, network)
  if (networks.length > 0) requireUpstreams(request)
  const mode = 'wishes' in asked ? 'bridge' : parseNetworkMode(asked.mode)
  const described = describeNetwork(mode, helperInput(engine, request), helperFinder(engine, request))
  const nameserver = nameserverIn(networks, request)
  const choice = nameserver === undefined ? described : { ...described, nameserver, knowsMore: true }
  if (choice.degraded && !request.quiet) engine.warn(choice.reason)
  const hasPorts = choice.helper !== undefined || choice.mode === 'bridge'
  if (publish.length > 0 && !hasPorts && !request.quiet)
    engine.warn(`ports are not published, for the network of the container is ${choice.mode}`)
  return {
    choice,
    mode: joined === undefined ? modeText(choice.mode, asked, engine.cwd) : `container:${joined}`,
    specNetwork: specNetworkOf(choice.mode),
    ports: hasPorts ? await assignPorts(publish) : [],
    exposed,
    endpoints: planned.map((endpoint) => endpoint.request),
  }
}

/** The path of a namespace is made absolute: it may be started from anywhere. */
function modeText(mode: NetworkMode, asked: RequestedNetworks, cwd: string): string {
  return mode === 'ns' && 'mode' in asked ? `ns:${resolve(cwd, asked.mode.slice('ns:'.length))}` : mode
}

function specNetworkOf(mode: NetworkChoice['mode']): SpecNetwork {
  if (mode === 'container' || mode === 'ns') return 'joined'
  return mode === 'host' || mode === 'none' ? mode : 'private'
}
