import { goMap, goTime } from '../../engine/go-map.ts'
import { bridgeName, dockerNetworkName } from '../../engine/network/find.ts'
import type { NetworkInspect, NetworkMember } from '../../engine/network/inspect.ts'
import type { ListedNetwork, NetworkRow } from '../../engine/network/list.ts'
import type { ReportRow } from '../../ui/text/template/report.ts'
import { withGoNames } from './go-names.ts'

/** A network in podman's JSON. What is empty is left out, as there. Source: containers/common, libnetwork/types. */
export function podmanNetwork(row: NetworkRow) {
  return {
    name: row.name,
    id: row.id,
    driver: 'bridge',
    network_interface: bridgeName(row),
    created: goTime(row.createdAtMs),
    subnets: row.subnets.map(({ subnet, gateway, leaseStart, leaseEnd }) => ({
      subnet,
      gateway,
      ...(leaseStart === undefined ? {} : { lease_range: { start_ip: leaseStart, end_ip: leaseEnd } }),
    })),
    ipv6_enabled: row.ipv6,
    internal: row.internal,
    dns_enabled: row.dnsEnabled,
    ...(row.dnsServers.length > 0 && { network_dns_servers: row.dnsServers }),
    ...(Object.keys(row.labels).length > 0 && { labels: goMap(row.labels) }),
    ...(Object.keys(row.options).length > 0 && { options: goMap(row.options) }),
    ipam_options: goMap({ driver: 'host-local' }),
  }
}

/** podman's `network inspect`: the network, and who runs in it. */
export function podmanInspect({ network, members }: NetworkInspect) {
  return {
    ...podmanNetwork(network),
    containers: goMap(members.map((member) => [member.id, podmanMember(member)] as const)),
  }
}

function podmanMember({ name, endpoint, addresses }: NetworkMember) {
  const { IPAddress, IPPrefixLen, Gateway, GlobalIPv6Address, GlobalIPv6PrefixLen, IPv6Gateway } = addresses
  const subnets = [
    { ipnet: `${IPAddress}/${IPPrefixLen}`, gateway: Gateway },
    { ipnet: `${GlobalIPv6Address}/${GlobalIPv6PrefixLen}`, gateway: IPv6Gateway },
  ].filter(({ ipnet }) => !ipnet.startsWith('/'))
  return { name, interfaces: goMap({ [endpoint.interfaceName]: { subnets, mac_address: endpoint.mac ?? '' } }) }
}

/** The same for a template, which may name Go's fields; those that are left out of JSON are there, and empty. */
export function podmanFields<T extends ReturnType<typeof podmanNetwork>>(
  network: T,
  others: ReportRow = {},
): ReportRow {
  const all = { network_dns_servers: [], routes: [], labels: goMap({}), options: goMap({}), ...network, ...others }
  // A subnet's range is a pointer, which is nil where there is none.
  return withGoNames({ ...all, subnets: network.subnets.map((one) => withGoNames({ lease_range: undefined, ...one })) })
}

/** docker's `network inspect`. Source: Docker Engine API, NetworkInspect. */
export function dockerInspect({ network, members }: NetworkInspect) {
  const { name, subnets, ipv6, ...row } = network
  return {
    ...dockerHead({ ...row, name: dockerNetworkName(name), driver: 'bridge' }),
    EnableIPv4: subnets.some(({ subnet }) => !subnet.includes(':')),
    EnableIPv6: ipv6,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: subnets.map(({ subnet, gateway, range }) => ({
        Subnet: subnet,
        ...(range === undefined ? {} : { IPRange: range }),
        Gateway: gateway,
      })),
    },
    Internal: network.internal,
    ...DOCKERS_SWARM,
    Containers: goMap(members.map((member) => [member.id, dockerMember(member)] as const)),
    Options: goMap(dockerOptions(network)),
    Labels: goMap(network.labels),
  }
}

/** docker's `host` and `none`. */
export function dockerInspectOwn(network: ListedNetwork) {
  return {
    ...dockerHead(network),
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: { Driver: 'default', Options: null, Config: null },
    Internal: false,
    ...DOCKERS_SWARM,
    Containers: goMap<never>({}),
    Options: goMap<string>({}),
    Labels: goMap<string>({}),
  }
}

const DOCKERS_SWARM = { Attachable: false, Ingress: false, ConfigFrom: { Network: '' }, ConfigOnly: false } as const

function dockerHead({ name, id, createdAtMs, driver }: Pick<ListedNetwork, 'name' | 'id' | 'createdAtMs' | 'driver'>) {
  return { Name: name, Id: id, Created: goTime(createdAtMs), Scope: 'local', Driver: driver }
}

/** Under the names that docker has for them. */
function dockerOptions({ options }: NetworkRow): Readonly<Record<string, string>> {
  const { mtu, ...others } = options
  return { ...others, ...(mtu === undefined ? {} : { 'com.docker.network.driver.mtu': mtu }) }
}

function dockerMember({ name, addresses }: NetworkMember) {
  const { EndpointID, MacAddress, IPAddress, IPPrefixLen, GlobalIPv6Address, GlobalIPv6PrefixLen } = addresses
  return {
    Name: name,
    EndpointID,
    MacAddress,
    IPv4Address: IPAddress === '' ? '' : `${IPAddress}/${IPPrefixLen}`,
    IPv6Address: GlobalIPv6Address === '' ? '' : `${GlobalIPv6Address}/${GlobalIPv6PrefixLen}`,
  }
}
