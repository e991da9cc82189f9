import { TspodError } from '../../base/errors.ts'
import { formatAddress } from '../../network/addresses/address.ts'
import { requireAddress } from '../../network/addresses/allocate.ts'
import { readSubnet, type Subnet } from '../../network/addresses/subnet.ts'
import type { EndpointRequest } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'
import type { NetworkWish } from '../spec/parse-networks.ts'
import { resolveNetwork } from './find.ts'
import { parseInterfaceName } from './name.ts'

/** The place of a container in a network, before it has addresses. */
export interface PlannedEndpoint {
  readonly network: NetworkRow
  readonly request: EndpointRequest
}

/**
 * What is kept of what a container wants of networks: held against those there are, with a name for
 * each interface. Whether an address is free is known when the container starts.
 *
 * @param taken names of interfaces that the container has
 * @throws {TspodError} E_NETWORK_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_NETWORK, E_BAD_ADDRESS, E_BAD_INTERFACE_NAME
 */
export function endpointRequests(
  engine: Engine,
  wishes: readonly NetworkWish[],
  taken: readonly string[] = [],
): PlannedEndpoint[] {
  const networks = wishes.map(({ network }) => resolveNetwork(engine, network))
  const twice = networks.find(({ id }, index) => networks.findIndex((other) => other.id === id) !== index)
  if (twice) throw new TspodError('E_BAD_NETWORK', `the network ${twice.name} is given twice`)
  const interfaces = interfaceNames(wishes, taken)
  return wishes.map((wish, index) => {
    const network = networks[index]
    const interfaceName = interfaces[index]
    if (!network || interfaceName === undefined) throw new Error('a network was lost on the way')
    return {
      network,
      request: {
        networkId: network.id,
        interfaceName,
        aliases: wish.aliases,
        requestedIp4: requested(network, 4, wish.ip4),
        requestedIp6: requested(network, 6, wish.ip6),
        requestedMac: wish.mac ?? null,
      },
    }
  })
}

/** The subnet of this version, where the network has one. */
export function subnetOf({ subnets }: Pick<NetworkRow, 'subnets'>, family: 4 | 6): Subnet | undefined {
  return subnets.map(readSubnet).find(({ cidr }) => cidr.family === family)
}

/** In its shortest form, so that one address is one text. */
function requested(network: NetworkRow, family: 4 | 6, text: string | undefined): string | null {
  if (text === undefined) return null
  const subnet = subnetOf(network, family)
  if (subnet) return formatAddress({ family, value: requireAddress(subnet, text, network.name) })
  throw new TspodError('E_BAD_ADDRESS', `the network ${network.name} has no subnet of version ${family} for ${text}`)
}

/** eth0, eth1 … but for those that were asked for. */
function interfaceNames(wishes: readonly NetworkWish[], taken: readonly string[]): string[] {
  const used = new Set(taken)
  for (const { interfaceName } of wishes) {
    if (interfaceName === undefined) continue
    const name = parseInterfaceName(interfaceName, '--network interface_name')
    if (used.has(name)) throw new TspodError('E_BAD_INTERFACE_NAME', `the interface ${name} is given twice`)
    used.add(name)
  }
  return wishes.map(({ interfaceName }) => {
    if (interfaceName !== undefined) return interfaceName
    let number = 0
    while (used.has(`eth${number}`)) number++
    used.add(`eth${number}`)
    return `eth${number}`
  })
}
