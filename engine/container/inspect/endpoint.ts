import { createHash } from 'node:crypto'
import { readSubnet } from '../../../network/addresses/subnet.ts'
import type { ContainerEndpoint } from '../../network/container-networks.ts'

/** What a container has in a network; empty where it does not run. */
export interface EndpointAddresses {
  /** made of what it is of: the same as long as the container is in the network, and '' where it does not run */
  readonly EndpointID: string
  readonly Gateway: string
  readonly IPAddress: string
  readonly IPPrefixLen: number
  readonly IPv6Gateway: string
  readonly GlobalIPv6Address: string
  readonly GlobalIPv6PrefixLen: number
  readonly MacAddress: string
}

export function endpointAddresses({ endpoint, network }: ContainerEndpoint): EndpointAddresses {
  const subnets = network.subnets.map((text) => ({ gateway: text.gateway, ...readSubnet(text).cidr }))
  const four = endpoint.ip4 === null ? undefined : subnets.find(({ family }) => family === 4)
  const six = endpoint.ip6 === null ? undefined : subnets.find(({ family }) => family === 6)
  const isUp = endpoint.mac !== null
  return {
    EndpointID: isUp ? createHash('sha256').update(`${endpoint.containerId} ${network.id}`).digest('hex') : '',
    Gateway: four && !network.internal ? four.gateway : '',
    IPAddress: endpoint.ip4 ?? '',
    IPPrefixLen: four?.prefix ?? 0,
    IPv6Gateway: six && !network.internal ? six.gateway : '',
    GlobalIPv6Address: endpoint.ip6 ?? '',
    GlobalIPv6PrefixLen: six?.prefix ?? 0,
    MacAddress: endpoint.mac ?? '',
  }
}
