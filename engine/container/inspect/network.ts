import { goMap } from '../../go-map.ts'
import type { ContainerEndpoint } from '../../network/container-networks.ts'
import { DEFAULT_NETWORK } from '../../network/find.ts'
import type { ContainerConfig, PublishedPort } from '../config.ts'
import { type EndpointAddresses, endpointAddresses } from './endpoint.ts'

interface HostPort {
  readonly HostIp: string
  readonly HostPort: string
}

/** The member NetworkSettings. Addresses of its own level are those in the default network, as in podman. */
export function describeNetwork(config: ContainerConfig, endpoints: readonly ContainerEndpoint[]) {
  const { ports = [], exposed = [] } = config
  const silent = exposed.map((port): [string, null] => [port, null])
  const [only] = endpoints
  const top =
    only && endpoints.length === 1 && only.network.name === DEFAULT_NETWORK
      ? endpointAddresses(only)
      : withoutNames(config)
  return {
    ...top,
    Bridge: '',
    SandboxID: '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: goMap<readonly HostPort[] | null>([...silent, ...Object.entries(portBindings(ports, '0.0.0.0'))]),
    SandboxKey: '',
    Networks: goMap(endpoints.map((one) => [one.network.name, describeEndpoint(one)] as const)),
  }
}

/** Of a container that is in no network with a name. */
function withoutNames({ address }: ContainerConfig): EndpointAddresses {
  return {
    EndpointID: '',
    Gateway: '',
    IPAddress: address ?? '',
    IPPrefixLen: address === undefined ? 0 : 24,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: '',
  }
}

/** podman's id of a network is its name here. Source: podman, libpod/define/container_inspect.go. */
function describeEndpoint(one: ContainerEndpoint) {
  const { endpoint, network } = one
  return {
    ...endpointAddresses(one),
    NetworkID: network.name,
    DriverOpts: null,
    IPAMConfig: null,
    Links: null,
    Aliases: [...endpoint.aliases, endpoint.containerId.slice(0, 12)],
  }
}

/** Ports of the host by port of the container, `80/tcp`. `anyAddress` stands for an address that was not given. */
export function portBindings(
  ports: readonly PublishedPort[],
  anyAddress: string,
): Readonly<Record<string, readonly HostPort[]>> {
  const bindings: Record<string, HostPort[]> = {}
  for (const { hostIp, hostPort, containerPort, protocol } of ports) {
    const key = `${containerPort}/${protocol}`
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIp || anyAddress, HostPort: `${hostPort}` }]
  }
  return goMap(bindings)
}
