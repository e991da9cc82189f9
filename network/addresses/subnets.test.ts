import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress } from './address.ts'
import { allocate } from './allocate.ts'
import { chooseSubnet, chooseUniqueLocal, requirePool } from './choose-subnet.ts'
import { type Cidr, cidrOf, overlap, parseCidr } from './cidr.ts'
import { parseRoutes } from './host-subnets.ts'
import { parseSubnet } from './parse-subnet.ts'
import { readSubnet } from './subnet.ts'

const numberOf = (text: string): bigint => parseAddress(text)?.value ?? -1n
const cidr = (text: string): Cidr => {
  const found = parseCidr(text)
  if (!found) throw new Error(text)
  return found
}

test.for([
  [{ subnet: '10.5.0.0/24' }, { subnet: '10.5.0.0/24', gateway: '10.5.0.1' }],
  [
    { subnet: 'FD00:5::/64', gateway: 'fd00:5::9' },
    { subnet: 'fd00:5::/64', gateway: 'fd00:5::9' },
  ],
  [
    { subnet: '10.5.0.0/24', range: '10.5.0.128/25' },
    { gateway: '10.5.0.1', leaseStart: '10.5.0.128', leaseEnd: '10.5.0.254', range: '10.5.0.128/25' },
  ],
  [
    { subnet: '10.5.0.0/24', range: '10.5.0.10-10.5.0.20' },
    { leaseStart: '10.5.0.10', leaseEnd: '10.5.0.20' },
  ],
  [
    { subnet: '10.5.0.0/24', range: '10.5.0.0/24' },
    { leaseStart: '10.5.0.1', leaseEnd: '10.5.0.254' },
  ],
] as const)('%j', ([words, subnet]) => {
  expect(parseSubnet(words)).toMatchObject(subnet)
})

// biome-ignore format: a table
test.for([
  [{ subnet: 'x' }, 'is no subnet'],
  [{ subnet: '10.5.0.0' }, 'is no subnet'],
  [{ subnet: '10.5.0.7/24' }, 'is an address in a subnet'],
  [{ subnet: '10.5.0.0/31' }, 'too small'],
  [{ subnet: '10.5.0.0/32' }, 'too small'],
  [{ subnet: 'fd00::/127' }, 'too small'],
  [{ subnet: '0.0.0.0/0' }, 'too large'],
  [{ subnet: '8.0.0.0/7' }, 'too large'],
  [{ subnet: '127.0.0.0/24' }, 'is not for networks'],
  [{ subnet: '224.0.0.0/24' }, 'is not for networks'],
  [{ subnet: 'ff00::/64' }, 'is not for networks'],
  [{ subnet: '::/64' }, 'is not for networks'],
  [{ subnet: '10.5.0.0/24', gateway: '10.6.0.1' }, 'outside of the subnet'],
  [{ subnet: '10.5.0.0/24', gateway: 'fd00::1' }, 'outside of the subnet'],
  [{ subnet: '10.5.0.0/24', gateway: '10.5.0.0' }, 'first or last address'],
  [{ subnet: '10.5.0.0/24', gateway: '10.5.0.255' }, 'first or last address'],
  [{ subnet: '10.5.0.0/24', gateway: 'x' }, 'is no address'],
  [{ subnet: '10.5.0.0/24', range: '10.6.0.0/25' }, 'outside of the subnet'],
  [{ subnet: '10.5.0.0/24', range: '10.5.0.0/16' }, 'outside of the subnet'],
  [{ subnet: '10.5.0.0/24', range: '10.5.0.20-10.5.0.10' }, 'no range'],
  [{ subnet: '10.5.0.0/24', range: '10.5.0.20' }, 'no range'],
  [{ subnet: '10.5.0.0/24', range: '10.5.0.255-10.5.0.255' }, 'no address that a container'],
  [{ subnet: '10.5.0.0/24', range: '10.5.0.1-10.5.0.1' }, 'the gateway alone'],
] as const)('%j: %s', ([words, why]) => {
  expect(() => parseSubnet(words)).toThrow(
    expect.objectContaining({ code: 'E_BAD_SUBNET', message: expect.stringContaining(why) }),
  )
})

test('the first part of the pools that is free', () => {
  expect(chooseSubnet([])).toEqual({ subnet: '10.89.0.0/24', gateway: '10.89.0.1' })
  const taken = ['10.89.0.0/24', '10.89.1.64/26', 'fd00::/8', '10.89.2.0/23']
  expect(chooseSubnet(taken.map(cidr)).subnet).toBe('10.89.4.0/24')
  expect(chooseSubnet([cidr('10.88.0.0/14')]).subnet).toBe('10.92.0.0/24')
  for (const all of ['10.0.0.0/8', '0.0.0.0/0'])
    expect(() => chooseSubnet([cidr(all)])).toThrow(expect.objectContaining({ code: 'E_NO_SUBNET' }))
  const pools = [
    { base: '172.20.0.0/29', size: 30 },
    { base: '172.21.0.0/16', size: 18 },
  ]
  expect(chooseSubnet([], pools)).toEqual({ subnet: '172.20.0.0/30', gateway: '172.20.0.1' })
  expect(chooseSubnet([cidr('172.20.0.0/31')], pools).subnet).toBe('172.20.0.4/30')
  expect(chooseSubnet(['172.20.0.0/16', '172.21.0.0/24'].map(cidr), pools).subnet).toBe('172.21.64.0/18')
})

test.for([
  [{ base: '172.20.0.0', size: 24 }, 'is no subnet'],
  [{ base: 'fd00::/16', size: 24 }, 'not of version 4'],
  [{ base: '172.20.0.0/16', size: 15 }, 'the size 15 is not from 16 to 30'],
  [{ base: '172.20.0.0/16', size: 31 }, 'the size 31'],
] as const)('the pool %j: %s', ([pool, why]) => {
  expect(() => requirePool(pool)).toThrow(
    expect.objectContaining({ code: 'E_BAD_SUBNET', message: expect.stringContaining(why) }),
  )
})

test('whatever is taken, what is chosen overlaps nothing of it', () => {
  // Not as much as all there is.
  const anyTaken = fc.array(
    fc
      .tuple(fc.bigInt(0x0a500000n, 0x0affffffn), fc.integer({ min: 13, max: 32 }))
      .map(([value, prefix]) => cidrOf({ family: 4, value }, prefix)),
    { maxLength: 16 },
  )
  fc.assert(
    fc.property(anyTaken, (taken) => {
      const chosen = cidr(chooseSubnet(taken).subnet)
      expect(taken.filter((other) => overlap(chosen, other))).toEqual([])
    }),
  )
})

test('1,000 networks have 1,000 subnets', () => {
  const taken: Cidr[] = []
  for (let count = 0; count < 1000; count++) taken.push(cidr(chooseSubnet(taken).subnet))
  expect(new Set(taken.map(({ base }) => base)).size).toBe(1000)
})

test('a subnet of version 6 is unique and local, and nobody else has it', () => {
  const values = [0n, 1n]
  const next = () => values.shift() ?? 0n
  expect(chooseUniqueLocal([cidr('fd00::/64')], next)).toEqual({ subnet: 'fd00:0:0:1::/64', gateway: 'fd00:0:0:1::1' })
})

test('routes of the host, but for the default one', () => {
  const text = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t0000110A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'x\tnonsense\t',
    '',
  ].join('\n')
  expect(parseRoutes(text)).toEqual([{ family: 4, base: numberOf('10.17.0.0'), prefix: 16 }])
})

const subnet = readSubnet({ subnet: '10.5.0.0/29', gateway: '10.5.0.1' })
const taken = (...texts: string[]) => new Map(texts.map((text) => [numberOf(text), `container of ${text}`]))
const ask = (requested: string | undefined, ...others: string[]) =>
  allocate({ subnet, taken: taken(...others), requested, network: 'shop' })

test('the lowest address that is free, or the one that was asked for', () => {
  expect(ask(undefined)).toBe(numberOf('10.5.0.2'))
  expect(ask(undefined, '10.5.0.2', '10.5.0.4')).toBe(numberOf('10.5.0.3'))
  expect(ask('10.5.0.6', '10.5.0.2')).toBe(numberOf('10.5.0.6'))
  const all = ['2', '3', '4', '5', '6'].map((end) => `10.5.0.${end}`)
  expect(() => ask(undefined, ...all)).toThrow(expect.objectContaining({ code: 'E_NETWORK_FULL' }))
  const leased = readSubnet({ ...parseSubnet({ subnet: '10.5.0.0/24', range: '10.5.0.8/30' }) })
  expect(allocate({ subnet: leased, taken: taken('10.5.0.8'), requested: undefined, network: 'a' })).toBe(
    numberOf('10.5.0.9'),
  )
  const six = readSubnet({ subnet: 'fd00::/64', gateway: 'fd00::1' })
  expect(allocate({ subnet: six, taken: taken('fd00::2'), requested: undefined, network: 'a' })).toBe(
    numberOf('fd00::3'),
  )
})

// biome-ignore format: a table
test.for([
  ['10.6.0.2', 'E_BAD_ADDRESS', 'it is outside'],
  ['10.5.0.0', 'E_BAD_ADDRESS', 'that of the network itself'],
  ['10.5.0.7', 'E_BAD_ADDRESS', 'that of the broadcast'],
  ['10.5.0.1', 'E_BAD_ADDRESS', 'that of the gateway'],
  ['fd00::1', 'E_BAD_ADDRESS', 'it is outside'],
  ['x', 'E_BAD_ADDRESS', 'it is no address'],
  ['10.5.0.3', 'E_ADDRESS_IN_USE', 'in use by container of 10.5.0.3'],
] as const)('%s is refused: %s, %s', ([requested, code, why]) => {
  expect(() => ask(requested, '10.5.0.3')).toThrow(expect.objectContaining({ code, message: expect.stringContaining(why) }))
})
