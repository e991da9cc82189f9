import { TspodError } from '../../base/errors.ts'
import { randomHex } from '../../base/random.ts'
import { parseAddress } from '../../network/addresses/address.ts'
import { hostSubnets } from '../../network/addresses/host-subnets.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { badValue } from '../spec/bad-value.ts'
import { parseLabel } from '../spec/parse-labels.ts'
import { settleDefaultIfFree } from './default-network.ts'
import { bridgeName, findNetwork } from './find.ts'
import { parseInterfaceName, parseNetworkName } from './name.ts'
import { parseNetworkOptions } from './parse-options.ts'
import { planSubnets } from './plan-subnets.ts'

export interface CreateNetworkOptions {
  /** `podman1`, `podman2` … where it is not given */
  readonly name?: string | undefined
  /** `10.89.5.0/24`: one of version 4, one of version 6 at most */
  readonly subnets?: readonly string[]
  readonly gateways?: readonly string[]
  /** `10.89.5.128/25` or `10.89.5.10-10.89.5.20` */
  readonly ipRanges?: readonly string[]
  readonly internal?: boolean
  readonly ipv6?: boolean
  readonly driver?: string
  /** `mtu=…`, `isolate=…` */
  readonly options?: readonly string[]
  /** `name=value` or `name` */
  readonly labels?: readonly string[]
  readonly dnsServers?: readonly string[]
  readonly disableDns?: boolean
  /** of its bridge */
  readonly interfaceName?: string | undefined
  /** do not fail where there is one of this name */
  readonly ignore?: boolean
}

const MOST_NETWORKS = 1000
const MOST_DNS_SERVERS = 16

/**
 * Makes a network. It is a row: interfaces are made when a container of it starts.
 *
 * @throws {TspodError} E_BAD_NETWORK_NAME, E_NETWORK_EXISTS, E_BAD_SUBNET, E_SUBNET_IN_USE, E_NO_SUBNET
 * @throws {TspodError} E_BAD_NETWORK_OPTION, E_BAD_INTERFACE_NAME, E_BAD_LABEL, E_BAD_DNS, E_UNSUPPORTED_OPTION
 * @throws {TspodError} E_TOO_MANY_NETWORKS, E_BAD_CONFIG
 * @see podman-network-create(1)
 */
export async function createNetwork(engine: Engine, request: CreateNetworkOptions): Promise<NetworkRow> {
  requireDriver(request.driver ?? 'bridge')
  const name = request.name === undefined ? undefined : parseNetworkName(request.name)
  await settleDefaultIfFree(engine)
  const known = name !== undefined && request.ignore ? findNetwork(engine, name) : undefined
  if (known && known.name === name) return known
  const { withoutEffect, ...wanted } = parseRequest(request)
  for (const text of withoutEffect) engine.warn(`--opt ${text} has no effect`)
  const { default_subnet_pools: pools, dns_bind_port: port } = (await engine.containersConf()).network
  if (port)
    engine.warn(`${port.origin}: dns_bind_port has no effect: who answers for names has port 53 of each network`)
  const host = hostSubnets()
  const network = engine.storage.networks.create((others) => {
    if (others.length >= MOST_NETWORKS) throw tooMany()
    requireFreeInterface(wanted.interfaceName, others)
    const random = () => BigInt(`0x${randomHex(7)}`)
    const subnets = planSubnets(request, { others, host, random, pools: pools?.value })
    return { ...wanted, id: randomHex(32), name: name ?? freeName(others), createdAtMs: Date.now(), subnets }
  })
  const { id } = network
  recordEvent(engine, { type: 'network', action: 'create', id, name: network.name, attributes: { type: 'bridge' } })
  return network
}

/** Source: podman-network-create(1), "--driver": what only root can have. */
function requireDriver(driver: string): void {
  if (driver === 'bridge') return
  throw new TspodError(
    'E_UNSUPPORTED_OPTION',
    `--driver ${driver.slice(0, 100)} is not supported: the only driver of networks is bridge`,
  )
}

function parseRequest(request: CreateNetworkOptions) {
  const ipv6 = (request.ipv6 ?? false) || (request.subnets ?? []).some((subnet) => subnet.includes(':'))
  const dnsServers = request.dnsServers ?? []
  if (request.disableDns && dnsServers.length > 0)
    throw new TspodError('E_BAD_DNS', '--dns and --disable-dns exclude each other')
  for (const server of dnsServers)
    if (!parseAddress(server)) throw badValue('E_BAD_DNS', '--dns', server, 'not an address')
  if (dnsServers.length > MOST_DNS_SERVERS)
    throw new TspodError('E_BAD_DNS', `more than ${MOST_DNS_SERVERS} name servers`)
  const { options, withoutEffect, interfaceName } = parseNetworkOptions(request.options ?? [], ipv6 ? 6 : 4)
  const asked =
    request.interfaceName === undefined ? undefined : parseInterfaceName(request.interfaceName, '--interface-name')
  return {
    labels: Object.fromEntries((request.labels ?? []).map((text) => parseLabel(text))),
    options,
    withoutEffect,
    internal: request.internal ?? false,
    ipv6,
    dnsEnabled: !request.disableDns,
    dnsServers,
    interfaceName: asked ?? interfaceName ?? null,
  }
}

/** The bridges of all networks are in one namespace, with what leads out of it. */
function requireFreeInterface(name: string | null, others: readonly NetworkRow[]): void {
  if (name === null) return
  const other = others.find((network) => bridgeName(network) === name)
  if (!other && !/^(tap|tspod|veth)\d*$/.test(name)) return
  throw badValue(
    'E_BAD_INTERFACE_NAME',
    '--interface-name',
    name,
    other ? `the network ${other.name} has it` : 'tspod has its own of that name',
  )
}

function freeName(others: readonly NetworkRow[]): string {
  const taken = new Set(others.map(({ name }) => name))
  let number = 1
  while (taken.has(`podman${number}`)) number++
  return `podman${number}`
}

function tooMany(): TspodError {
  return new TspodError('E_TOO_MANY_NETWORKS', `there are ${MOST_NETWORKS} networks, and no more can be made`, {
    hint: 'remove those that no container is in with "tspod network prune"',
  })
}
