import { TspodError } from '../../base/errors.ts'
import { formatAddress, parseAddress } from '../../network/addresses/address.ts'
import { allocate } from '../../network/addresses/allocate.ts'
import { macOfAddress } from '../../network/addresses/mac.ts'
import type { Addresses, EndpointRow } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { hasEnded } from '../container/has-ended.ts'
import type { Engine } from '../engine.ts'
import { subnetOf } from './endpoint-requests.ts'
import { resolveNetwork } from './find.ts'

/**
 * Gives a container that is about to start its addresses, in all of its networks or in none. They are
 * its own until `releaseAddresses`, so one that has them keeps them; those of containers that have ended without a word are taken back
 * where they are needed.
 *
 * @throws {TspodError} E_ADDRESS_IN_USE, E_NETWORK_FULL, E_BAD_ADDRESS
 */
export function assignAddresses(engine: Engine, containerId: string): EndpointRow[] {
  try {
    return assign(engine, containerId)
  } catch (error) {
    const isTaken = error instanceof TspodError && /^E_(ADDRESS_IN_USE|NETWORK_FULL)$/.test(error.code)
    if (!isTaken || !takeBack(engine, containerId)) throw error
    return assign(engine, containerId)
  }
}

/** For who tidies up after a container. Nothing where it has none. */
export function releaseAddresses({ storage }: Engine, containerId: string): void {
  storage.endpoints.release(containerId)
}

function assign(engine: Engine, containerId: string): EndpointRow[] {
  const { containers, endpoints } = engine.storage
  const nameOf = (id: string): string => `container ${containers.find(id)?.name ?? id.slice(0, 12)}`
  return endpoints.assign(containerId, (own, others) =>
    own.mac !== null ? own : chooseAddresses(own, { others, network: resolveNetwork(engine, own.networkId), nameOf }),
  )
}

export interface Neighbours {
  readonly network: Pick<NetworkRow, 'name' | 'subnets'>
  readonly others: readonly EndpointRow[]
  /** for messages */
  readonly nameOf: (containerId: string) => string
}

/** Pure. @throws {TspodError} E_ADDRESS_IN_USE, E_NETWORK_FULL, E_BAD_ADDRESS */
export function chooseAddresses(own: EndpointRow, { network, others, nameOf }: Neighbours): Addresses {
  const choose = (family: 4 | 6, member: 'ip4' | 'ip6', requested: string | null): bigint | undefined => {
    const subnet = subnetOf(network, family)
    if (!subnet) return undefined
    const taken = new Map(others.flatMap((other) => holderOf(other[member], nameOf(other.containerId))))
    return allocate({ subnet, taken, requested: requested ?? undefined, network: network.name })
  }
  const ip4 = choose(4, 'ip4', own.requestedIp4)
  const ip6 = choose(6, 'ip6', own.requestedIp6)
  const print = (family: 4 | 6, value: bigint | undefined) =>
    value === undefined ? null : formatAddress({ family, value })
  return { ip4: print(4, ip4), ip6: print(6, ip6), mac: chooseMac(own, others, { value: ip4 ?? ip6 ?? 0n, nameOf }) }
}

function holderOf(text: string | null, holder: string): [bigint, string][] {
  const address = text === null ? undefined : parseAddress(text)
  return address ? [[address.value, holder]] : []
}

function chooseMac(
  { requestedMac }: EndpointRow,
  others: readonly EndpointRow[],
  { value, nameOf }: { readonly value: bigint; readonly nameOf: Neighbours['nameOf'] },
): string {
  const taken = new Map(others.flatMap(({ mac, containerId }) => (mac === null ? [] : [[mac, containerId] as const])))
  if (requestedMac === null) return macOfAddress(value, new Set(taken.keys()))
  const holder = taken.get(requestedMac)
  if (holder === undefined) return requestedMac
  throw new TspodError('E_ADDRESS_IN_USE', `the address ${requestedMac} is in use by ${nameOf(holder)}`)
}

/** Addresses of containers that do not run, in networks of this one. Whether there were any. */
function takeBack(engine: Engine, containerId: string): boolean {
  const { containers, endpoints } = engine.storage
  const networks = endpoints.ofContainer(containerId).map(({ networkId }) => networkId)
  const holders = new Set(
    networks.flatMap((id) => endpoints.ofNetwork(id)).flatMap(({ mac, containerId: id }) => (mac === null ? [] : [id])),
  )
  let isAny = false
  for (const id of holders) {
    const row = id === containerId ? undefined : containers.find(id)
    if (!row || !hasEnded(engine, row)) continue
    // Somebody may be starting it.
    using lock = engine.storage.locks.tryAcquire('container', id)
    if (!lock) continue
    releaseAddresses(engine, id)
    isAny = true
  }
  return isAny
}
