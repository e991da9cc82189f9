import { goMap } from '../../go-map.ts'
import type { ContainerEndpoint } from '../../network/container-networks.ts'
import { dockerNetworkName } from '../../network/find.ts'
import type { ContainerConfig } from '../config.ts'
import type { inspectContainer } from '../inspect.ts'
import { dockerNetworkMode } from './docker-host-config.ts'
import { type EndpointAddresses, endpointAddresses } from './endpoint.ts'

interface DockerEndpoint {
  readonly addresses: EndpointAddresses
  readonly requested: { readonly IPv4Address?: string; readonly IPv6Address?: string } | null
  readonly aliases: readonly string[] | null
  readonly names: readonly string[] | null
  readonly networkId: string
}

/** The member NetworkSettings in Docker's words: where there is no network with a name there is one of the name of the mode. */
export function dockerNetworkSettings(
  inspect: ReturnType<typeof inspectContainer>,
  config: ContainerConfig,
  endpoints: readonly ContainerEndpoint[],
) {
  const settings = inspect.NetworkSettings
  const top = topAddresses(settings)
  return {
    Bridge: '',
    SandboxID: '',
    SandboxKey: '',
    Ports: settings.Ports,
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...top,
    Networks: goMap(networksOf(config, endpoints, { top, name: inspect.Name })),
  }
}

function networksOf(
  config: ContainerConfig,
  endpoints: readonly ContainerEndpoint[],
  { top, name }: { readonly top: EndpointAddresses; readonly name: string },
): (readonly [string, ReturnType<typeof endpointJson>])[] {
  if (config.joined?.network !== undefined) return []
  if (config.networkMode !== 'bridge') {
    const none = { requested: null, aliases: null, names: null, networkId: '' }
    return [[dockerNetworkMode(config.networkMode), endpointJson({ addresses: top, ...none })]]
  }
  return endpoints.map((one) => {
    const { aliases, containerId, requestedIp4, requestedIp6 } = one.endpoint
    const requested = {
      ...(requestedIp4 === null ? {} : { IPv4Address: requestedIp4 }),
      ...(requestedIp6 === null ? {} : { IPv6Address: requestedIp6 }),
    }
    const endpoint = {
      addresses: endpointAddresses(one),
      requested: Object.keys(requested).length > 0 ? requested : null,
      aliases: aliases.length > 0 ? aliases : null,
      names: [...new Set([name, ...aliases, containerId.slice(0, 12)])],
      networkId: one.network.id,
    }
    return [dockerNetworkName(one.network.name), endpointJson(endpoint)]
  })
}

function topAddresses(settings: EndpointAddresses): EndpointAddresses {
  const { EndpointID, Gateway, GlobalIPv6Address, GlobalIPv6PrefixLen } = settings
  const { IPAddress, IPPrefixLen, IPv6Gateway, MacAddress } = settings
  return {
    EndpointID,
    Gateway,
    GlobalIPv6Address,
    GlobalIPv6PrefixLen,
    IPAddress,
    IPPrefixLen,
    IPv6Gateway,
    MacAddress,
  }
}

function endpointJson({ addresses, requested, aliases, names, networkId }: DockerEndpoint) {
  return {
    IPAMConfig: requested,
    Links: null,
    Aliases: aliases,
    MacAddress: addresses.MacAddress,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: networkId,
    EndpointID: addresses.EndpointID,
    Gateway: addresses.Gateway,
    IPAddress: addresses.IPAddress,
    IPPrefixLen: addresses.IPPrefixLen,
    IPv6Gateway: addresses.IPv6Gateway,
    GlobalIPv6Address: addresses.GlobalIPv6Address,
    GlobalIPv6PrefixLen: addresses.GlobalIPv6PrefixLen,
    DNSNames: names,
  }
}
