import { parseAddress } from '../../network/addresses/address.ts'
import { readSubnet } from '../../network/addresses/subnet.ts'
import type { Endpoint } from '../../network/bridge/endpoint.ts'
import type { BridgeNetwork } from '../../network/bridge/network.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { EndpointRow } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import { isTcp } from '../container/port-gateway.ts'
import type { Engine } from '../engine.ts'
import type { NetworkAttachment } from '../plan/network-steps.ts'
import { attachmentOf } from './attachment.ts'
import { egressOf } from './egress.ts'
import { resolveNetwork } from './find.ts'
import { upstreamsOf } from './nameserver.ts'
import { sweepUdp } from './udp-forwards.ts'

/** What makes a container a member of its networks, where it has addresses: `assignAddresses`. */
export async function membershipOf(
  engine: Engine,
  row: ContainerRow,
  networksDir: string,
): Promise<{ readonly attachment: NetworkAttachment; readonly address: string | undefined }> {
  await sweepUdp(engine, networksDir, row.id)
  const rows = engine.storage.endpoints.ofContainer(row.id)
  const endpoints = rows.map((endpoint, place) => endpointOf(engine, { row, endpoint, place }))
  const { request, ports = [] } = parseContainerConfig(row.config)
  const membership = { id: row.id, endpoints, ports: ports.filter(isTcp), upstreams: upstreamsOf(request) }
  const attachment = attachmentOf(networksDir, membership)
  return { attachment, address: rows[0]?.ip4 ?? rows[0]?.ip6 ?? undefined }
}

/** Source: slirp4netns(1), "--mtu": what its link takes. */
const DEFAULT_MTU = 65520
const MAC_BYTES = 6

/** A place in a network, as the kernel and the gateway are told of it. */
export function endpointOf(
  engine: Engine,
  { row, endpoint, place }: { readonly row: ContainerRow; readonly endpoint: EndpointRow; readonly place: number },
): Endpoint {
  const network = resolveNetwork(engine, endpoint.networkId)
  const own = bridgeNetworkOf(network)
  const egress = egressOf(engine, row.id, parseContainerConfig(row.config).request)
  // Nothing of version 6 is carried on a link of its own.
  const addresses = [endpoint.ip4, egress ? null : endpoint.ip6].flatMap((text) => {
    const address = text === null ? undefined : parseAddress(text)
    const subnet = own.subnets.find(({ cidr }) => cidr.family === address?.family)
    return address && subnet ? [{ address, subnet }] : []
  })
  return {
    network: own,
    link: endpoint.interfaceName,
    place,
    mac: Buffer.from((endpoint.mac ?? '').replaceAll(':', ''), 'hex').subarray(0, MAC_BYTES),
    addresses,
    names: namesOf(row, endpoint),
    ...(egress && { egress }),
  }
}

export function bridgeNetworkOf(network: NetworkRow): BridgeNetwork {
  return {
    number: network.number,
    subnets: network.subnets.map(readSubnet),
    mtu: Number(network.options['mtu'] ?? DEFAULT_MTU),
    isInternal: network.internal,
    hasNames: network.dnsEnabled,
    upstreams: network.dnsServers,
  }
}

/** What a part of a name may be. Source: RFC 1035, section 2.3.4 */
const LABELS = /^[^.]{1,63}(\.[^.]{1,63})*$/
const SHORT_ID = 12

function namesOf({ name, id }: ContainerRow, { aliases }: EndpointRow): string[] {
  return [...new Set([name, ...aliases, id.slice(0, SHORT_ID)])].filter((text) => LABELS.test(text))
}
