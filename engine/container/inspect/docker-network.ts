import { goMap } from '../../go-map.ts'
import type { ContainerConfig } from '../config.ts'
import type { inspectContainer } from '../inspect.ts'
import { dockerNetworkMode } from './docker-host-config.ts'

/** The member NetworkSettings in Docker's words: there is a network of the name of the mode. */
export function dockerNetworkSettings(inspect: ReturnType<typeof inspectContainer>, config: ContainerConfig) {
  const settings = inspect.NetworkSettings
  const mode = dockerNetworkMode(config.networkMode)
  const networks =
    config.joined?.network === undefined ? { [mode]: endpoint(settings.IPAddress, settings.IPPrefixLen) } : {}
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
    EndpointID: '',
    Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: settings.IPAddress,
    IPPrefixLen: settings.IPPrefixLen,
    IPv6Gateway: '',
    MacAddress: '',
    Networks: goMap(networks),
  }
}

function endpoint(address: string, prefixLength: number) {
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    MacAddress: '',
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: '',
    EndpointID: '',
    Gateway: '',
    IPAddress: address,
    IPPrefixLen: prefixLength,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  }
}
