import { goMap } from '../../go-map.ts'
import type { ContainerConfig, PublishedPort } from '../config.ts'

interface HostPort {
  readonly HostIp: string
  readonly HostPort: string
}

/** The member NetworkSettings. */
export function describeNetwork(config: ContainerConfig) {
  const { ports = [], exposed = [] } = config
  const silent = exposed.map((port): [string, null] => [port, null])
  return {
    EndpointID: '',
    Gateway: '',
    IPAddress: config.address ?? '',
    IPPrefixLen: config.address === undefined ? 0 : 24,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: '',
    Bridge: '',
    SandboxID: '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: goMap<readonly HostPort[] | null>([...silent, ...Object.entries(portBindings(ports, '0.0.0.0'))]),
    SandboxKey: '',
    Networks: goMap<never>({}),
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
