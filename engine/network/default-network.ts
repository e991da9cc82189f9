import { createHash } from 'node:crypto'
import { TspodError } from '../../base/errors.ts'
import { chooseSubnet } from '../../network/addresses/choose-subnet.ts'
import { hostSubnets } from '../../network/addresses/host-subnets.ts'
import { parseSubnet } from '../../network/addresses/parse-subnet.ts'
import { readSubnet, type SubnetText } from '../../network/addresses/subnet.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { ContainersConf } from '../config/containers-conf.ts'
import type { Engine } from '../engine.ts'
import { DEFAULT_NETWORK, defaultNetworkName, noteDefaultNetwork } from './find.ts'
import { inUse, overlapOf, requireNotUplink } from './plan-subnets.ts'

/** Source: containers.conf(5), "default_subnet" */
const DEFAULT_SUBNET = '10.88.0.0/16'

/**
 * Has the default network be there with the name and the subnet that containers.conf gives it. As long as containers
 * are in it, its subnet stays; one that somebody made with that name is left as it is.
 *
 * @throws {TspodError} E_BAD_CONFIG; E_SUBNET_IN_USE: another network has a part of `default_subnet`
 */
export async function settleDefaultNetwork(engine: Engine): Promise<void> {
  const { network } = await engine.containersConf()
  const name = network.default_network?.value ?? DEFAULT_NETWORK
  if (isSettled(engine, name, network)) return
  await using _lock = await engine.storage.locks.acquire('networks', 'default', { doing: 'making the default network' })
  if (isSettled(engine, name, network)) return
  const { networks, endpoints } = engine.storage
  const own = networks.find(name)
  // None of them is kept by anything but a container.
  const gone = networks
    .list()
    .filter((row) => row.name === name || row.name === defaultNetworkName(engine))
    .filter((row) => isOurs(row) && endpoints.ofNetwork(row.id).length === 0)
  const left = networks.list().filter(({ id }) => !gone.some((row) => row.id === id))
  const isThere = left.some((row) => row.name === name)
  const subnet = isThere ? undefined : subnetFor(network, left)
  for (const { id } of gone) networks.remove(id)
  if (subnet) networks.create(() => freshRow(name, subnet, own?.createdAtMs))
  noteDefaultNetwork(engine, name)
}

/** The same for who looks at networks, or changes others: what cannot be is said, and nobody is kept from mending it. */
export async function settleDefaultIfFree(engine: Engine): Promise<void> {
  try {
    await settleDefaultNetwork(engine)
  } catch (error) {
    if (!(error instanceof TspodError) || error.code !== 'E_SUBNET_IN_USE') throw error
    engine.warn(error.message)
  }
}

type NetworkConf = ContainersConf['network']

function isSettled(engine: Engine, name: string, { default_subnet: subnet }: NetworkConf): boolean {
  const row = engine.storage.networks.find(name)
  if (row?.name !== name || defaultNetworkName(engine) !== name) return false
  const wanted = subnet?.value ?? DEFAULT_SUBNET
  if (row.subnets[0]?.subnet === wanted || !isOurs(row)) return true
  if (engine.storage.endpoints.ofNetwork(row.id).length > 0) return true
  // Where nobody asks for it somebody else may have it.
  const others = subnet ? [] : engine.storage.networks.list().filter(({ id }) => id !== row.id)
  return overlapOf(wanted, others) !== undefined
}

/** Made by nobody: its id is the SHA-256 of its name, as in podman. */
function isOurs({ id, name }: NetworkRow): boolean {
  return id === idOf(name)
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

function subnetFor(
  { default_subnet: asked, default_subnet_pools: pools }: NetworkConf,
  others: readonly NetworkRow[],
): SubnetText {
  const wanted = parseSubnet({ subnet: asked?.value ?? DEFAULT_SUBNET })
  if (asked) requireNotUplink(readSubnet(wanted).cidr, `${asked.origin}: the subnet ${wanted.subnet}`)
  const other = overlapOf(wanted.subnet, others)
  if (!other) return wanted
  if (asked)
    throw inUse(`${asked.origin}: the subnet ${wanted.subnet} overlaps ${other.subnet} of the network ${other.name}`)
  const taken = others.flatMap(({ subnets }) => subnets.map((subnet) => readSubnet(subnet).cidr))
  return chooseSubnet([...hostSubnets(), ...taken], pools?.value)
}

function freshRow(name: string, subnet: SubnetText, createdAtMs = Date.now()): Omit<NetworkRow, 'number'> {
  return {
    ...{ id: idOf(name), name, createdAtMs, labels: {}, options: {}, subnets: [subnet], internal: false, ipv6: false },
    // Source: podman's default network has no resolver.
    ...{ dnsEnabled: false, dnsServers: [], interfaceName: null },
  }
}
