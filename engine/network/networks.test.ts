import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Storage } from '../../storage/open.ts'
import { openTestStorage } from '../../storage/open-for-test.ts'
import { containerRow } from '../../storage/state/container-row-for-test.ts'
import type { Addresses, EndpointRequest } from '../../storage/state/endpoints.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { describeNetwork } from '../container/inspect/network.ts'
import type { Engine } from '../engine.ts'
import { assignAddresses, chooseAddresses } from './assign.ts'
import { parseNetworkOptions } from './parse-options.ts'
import { planSubnets } from './plan-subnets.ts'

const made = (name: string, more: Partial<NetworkRow> = {}): Omit<NetworkRow, 'number'> => ({
  id: Buffer.from(name).toString('hex').padEnd(64, '0'),
  name,
  createdAtMs: 1000,
  labels: { a: 'b' },
  options: { mtu: '1400' },
  subnets: [{ subnet: '10.5.0.0/29', gateway: '10.5.0.1' }],
  internal: true,
  ipv6: false,
  dnsEnabled: true,
  dnsServers: ['192.0.2.1'],
  interfaceName: null,
  ...more,
})

const wish = (networkId: string, more: Partial<EndpointRequest> = {}): EndpointRequest => ({
  networkId,
  interfaceName: 'eth0',
  aliases: ['www'],
  requestedIp4: null,
  requestedIp6: null,
  requestedMac: null,
  ...more,
})

/** Gives a container its addresses as `assignAddresses` does. */
function assign(storage: Storage, network: NetworkRow, name: string): Addresses | undefined {
  const { containers, endpoints } = storage
  const nameOf = (id: string) => containers.resolve(id).name
  const choose = (
    own: Parameters<typeof chooseAddresses>[0],
    others: Parameters<typeof chooseAddresses>[1]['others'],
  ) => chooseAddresses(own, { network, others, nameOf })
  const [row] = endpoints.assign(containers.resolve(name).id, choose)
  return row && { ip4: row.ip4, ip6: row.ip6, mac: row.mac }
}

test('a network is found as it was made, and has the lowest number that is free', () => {
  using storage = openTestStorage()
  const { networks } = storage
  const [one, two] = [networks.create(() => made('one')), networks.create(() => made('two'))]
  expect([one.number, two.number, networks.find('podman')?.number]).toEqual([2, 3, 1])
  for (const ref of ['one', one.id, one.id.slice(0, 5)])
    expect(networks.find(ref)).toEqual({ number: 2, ...made('one') })
  expect(networks.list().map(({ name }) => name)).toEqual(['one', 'podman', 'two'])
  expect(() => networks.create(() => made('one', { id: 'f'.repeat(64) }))).toThrow(
    expect.objectContaining({ code: 'E_NETWORK_EXISTS' }),
  )
  expect([networks.remove(one.id), networks.remove(one.id)]).toEqual([true, false])
  expect(networks.create(() => made('three')).number).toBe(2)
})

test('a container comes with its places in networks, or not at all, and they go with it', () => {
  using storage = openTestStorage()
  const { containers, endpoints, networks } = storage
  const [one, two] = [networks.create(() => made('one')), networks.create(() => made('two'))]
  const web = containerRow()
  const wishes = [wish(two.id), wish(one.id, { interfaceName: 'eth1', requestedIp4: '10.5.0.4' })]
  expect(() => containers.insert(web, [...wishes, wish('gone')])).toThrow(
    expect.objectContaining({ code: 'E_NETWORK_NOT_FOUND' }),
  )
  expect(containers.list()).toEqual([])
  containers.insert(web, wishes)
  expect(endpoints.ofContainer(web.id)).toEqual(
    wishes.map((request) => ({ ...request, containerId: web.id, ip4: null, ip6: null, mac: null })),
  )
  expect(networks.remove(one.id)).toBe(false)
  expect(() => endpoints.add(web.id, wish(one.id))).toThrow(expect.objectContaining({ code: 'E_ENDPOINT_EXISTS' }))
  expect([endpoints.remove(web.id, two.id), endpoints.remove(web.id, two.id)]).toEqual([true, false])
  containers.remove(web.id)
  expect(endpoints.list()).toEqual([])
  expect(networks.remove(one.id)).toBe(true)
})

test('addresses are given at the start, all or none, and given back', () => {
  using storage = openTestStorage()
  const { containers, endpoints, networks } = storage
  const subnets = [...made('x').subnets, { subnet: 'fd00:5::/64', gateway: 'fd00:5::1' }]
  const shop = networks.create(() => made('shop', { subnets }))
  for (const name of ['a', 'b']) containers.insert(containerRow({ name }), [wish(shop.id)])
  containers.insert(containerRow({ name: 'c' }), [
    wish(shop.id, { requestedIp4: '10.5.0.2', requestedMac: '02:00:00:00:00:01' }),
  ])
  expect(assign(storage, shop, 'a')).toEqual({ ip4: '10.5.0.2', ip6: 'fd00:5::2', mac: '02:42:0a:05:00:02' })
  expect(assign(storage, shop, 'b')).toMatchObject({ ip4: '10.5.0.3', ip6: 'fd00:5::3' })
  const taken = { code: 'E_ADDRESS_IN_USE', message: 'the address 10.5.0.2 of the network shop is in use by a' }
  expect(() => assign(storage, shop, 'c')).toThrow(expect.objectContaining(taken))
  endpoints.release(containers.resolve('a').id)
  expect(assign(storage, shop, 'c')).toEqual({ ip4: '10.5.0.2', ip6: 'fd00:5::2', mac: '02:00:00:00:00:01' })
  expect(assign(storage, shop, 'a')).toMatchObject({ ip4: '10.5.0.4', ip6: 'fd00:5::4' })
})

test('addresses of containers that have ended without a word are taken back where they are needed', () => {
  using storage = openTestStorage()
  const { containers, endpoints, networks } = storage
  const shop = networks.create(() => made('shop', { subnets: [{ subnet: '10.5.0.0/30', gateway: '10.5.0.1' }] }))
  for (const name of ['gone', 'next', 'last']) {
    containers.insert(containerRow({ name, status: name === 'gone' ? 'exited' : 'created' }), [wish(shop.id)])
  }
  const place = (id: string) => join(storage.paths.runroot, id)
  // What it asks of an engine is no more than this.
  const engine = { storage, runDir: place, containerDir: place } as unknown as Engine
  const id = (name: string) => containers.resolve(name).id
  for (const name of ['gone', 'next']) expect(assignAddresses(engine, id(name))).toMatchObject([{ ip4: '10.5.0.2' }])
  expect(endpoints.ofContainer(id('gone'))).toMatchObject([{ ip4: null, mac: null }])
  using _lock = storage.locks.tryAcquire('container', id('next'))
  const full = { code: 'E_NETWORK_FULL', message: expect.stringContaining('from 10.5.0.1 to 10.5.0.2') }
  expect(() => assignAddresses(engine, id('last'))).toThrow(expect.objectContaining(full))
})

test('inspect shows what the rows say', () => {
  using storage = openTestStorage()
  const { containers, endpoints, networks } = storage
  const podman = networks.find('podman')
  if (!podman) throw new Error('no default network')
  containers.insert(containerRow(), [wish(podman.id)])
  assign(storage, podman, 'web')
  const [endpoint] = endpoints.list()
  if (!endpoint) throw new Error('no endpoint')
  const config = { networkMode: 'bridge' } as Parameters<typeof describeNetwork>[0]
  const own = { IPAddress: '10.88.0.2', IPPrefixLen: 16, Gateway: '10.88.0.1', MacAddress: '02:42:0a:58:00:02' }
  expect(describeNetwork(config, [{ endpoint, network: podman }])).toMatchObject({
    ...own,
    Networks: { podman: { ...own, NetworkID: 'podman', Aliases: ['www', endpoint.containerId.slice(0, 12)] } },
  })
  const shop = { ...podman, name: 'shop', internal: true }
  expect(describeNetwork(config, [{ endpoint, network: shop }])).toMatchObject({
    IPAddress: '',
    Networks: { shop: { IPAddress: '10.88.0.2', Gateway: '' } },
  })
})

const host = [{ family: 4 as const, base: 0x0a590000n, prefix: 24 }]
const context = {
  others: [{ name: 'shop', subnets: [{ subnet: '10.5.0.0/24', gateway: '10.5.0.1' }] }],
  host,
  random: () => 7n,
}

test('the subnets of a network: what was asked for, or what is free', () => {
  expect(planSubnets({}, context)).toEqual([{ subnet: '10.89.1.0/24', gateway: '10.89.1.1' }])
  expect(planSubnets({ ipv6: true }, context).map(({ subnet }) => subnet)).toEqual(['10.89.1.0/24', 'fd00:0:0:7::/64'])
  const asked = { subnets: ['fd05::/64', '10.6.0.0/24'], gateways: ['10.6.0.9', 'fd05::9'], ipv6: true }
  expect(planSubnets(asked, context)).toEqual([
    { subnet: '10.6.0.0/24', gateway: '10.6.0.9' },
    { subnet: 'fd05::/64', gateway: 'fd05::9' },
  ])
})

// biome-ignore format: a table
test.for([
  [{ subnets: ['10.5.0.128/25'] }, 'E_SUBNET_IN_USE', 'overlaps 10.5.0.0/24 of the network shop'],
  [{ subnets: ['10.89.0.0/16'] }, 'E_SUBNET_IN_USE', 'overlaps 10.89.0.0/24, which the host'],
  [{ subnets: ['169.254.219.0/24'] }, 'E_SUBNET_IN_USE', 'overlaps 169.254.219.0/25, by which all networks'],
  [{ subnets: ['fd00::/48'] }, 'E_SUBNET_IN_USE', 'overlaps fd00::/64, by which all networks'],
  [{ subnets: ['10.6.0.0/24', '10.7.0.0/24'] }, 'E_BAD_SUBNET', 'one subnet of version 4'],
  [{ gateways: ['10.6.0.1'] }, 'E_BAD_SUBNET', 'need --subnet'],
  [{ subnets: ['10.6.0.0/24'], ipRanges: ['fd00::/80'] }, 'E_BAD_SUBNET', 'has none of its version'],
] as const)('%j: %s, %s', ([request, code, why]) => {
  expect(() => planSubnets(request, context)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(why) }),
  )
})

test('options of a network', () => {
  const texts = [
    'com.docker.network.driver.mtu=1400',
    'isolate=1',
    'com.docker.network.bridge.name=br7',
    'x=y',
    '__proto__=z',
  ]
  const { options, withoutEffect, interfaceName } = parseNetworkOptions(texts, 4)
  expect(Object.entries(options)).toEqual([
    ['mtu', '1400'],
    ['isolate', 'true'],
    ['x', 'y'],
    ['__proto__', 'z'],
  ])
  expect({ withoutEffect, interfaceName }).toEqual({ withoutEffect: ['x=y', '__proto__=z'], interfaceName: 'br7' })
  for (const text of ['mtu=67', 'mtu=70000', 'mtu=x', 'isolate=maybe', 'mtu', '=x'])
    expect(() => parseNetworkOptions([text], 4), text).toThrow(
      expect.objectContaining({ code: 'E_BAD_NETWORK_OPTION' }),
    )
  expect(() => parseNetworkOptions(['mtu=1000'], 6)).toThrow(expect.objectContaining({ code: 'E_BAD_NETWORK_OPTION' }))
})
