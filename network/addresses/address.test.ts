import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Address, formatAddress, parseAddress } from './address.ts'
import { type Cidr, cidrOf, contains, formatCidr, lastOf, overlap, parseCidr } from './cidr.ts'
import { macOfAddress, parseMac } from './mac.ts'

// biome-ignore format: a table
test.for([
  ['0.0.0.0', '0.0.0.0'], ['10.89.0.1', '10.89.0.1'], ['255.255.255.255', '255.255.255.255'],
  ['::', '::'], ['::1', '::1'], ['FD00:5::A', 'fd00:5::a'], ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'], ['0:0:0:1:0:0:0:0', '0:0:0:1::'], ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['10.0.0', undefined], ['10.0.0.256', undefined], ['010.0.0.1', undefined], ['10.0.0.1 ', undefined],
  ['', undefined], [':', undefined], [':::', undefined], ['1::2::3', undefined], ['1:2:3:4:5:6:7', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined], ['fe80::1%eth0', undefined], ['::10.0.0.256', undefined], ['12345::', undefined],
] as const)('%s is %s', ([text, canonical]) => {
  const address = parseAddress(text)
  expect(address && formatAddress(address)).toBe(canonical)
})

const anyAddress: fc.Arbitrary<Address> = fc.oneof(
  fc.bigInt(0n, (1n << 32n) - 1n).map((value) => ({ family: 4 as const, value })),
  fc.bigInt(0n, (1n << 128n) - 1n).map((value) => ({ family: 6 as const, value })),
)
const anyCidr: fc.Arbitrary<Cidr> = fc
  .tuple(anyAddress, fc.integer({ min: 0, max: 128 }))
  .map(([address, prefix]) => cidrOf(address, address.family === 4 ? prefix % 33 : prefix))

test('what is printed is an address to node, and is read as what it was', () => {
  fc.assert(
    fc.property(anyAddress, (address) => {
      expect(isIP(formatAddress(address))).toBe(address.family)
      expect(parseAddress(formatAddress(address))).toEqual(address)
    }),
  )
})

test('what is no address to node is none here, and the other way round', () => {
  const pieces = fc.constantFrom('0', '1', '255', '256', 'ffff', 'g', '.', ':', '::', '::', '10.0.0.1', '')
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(text, (given) => {
      if (given.includes('%')) return
      expect(parseAddress(given)?.family ?? 0).toBe(isIP(given))
    }),
    { numRuns: 3000 },
  )
})

test('a subnet holds what the block list of node holds', () => {
  fc.assert(
    fc.property(anyCidr, anyAddress, fc.bigInt(-2n, 2n), (cidr, other, step) => {
      const list = new BlockList()
      const version = cidr.family === 4 ? 'ipv4' : 'ipv6'
      list.addSubnet(formatAddress({ family: cidr.family, value: cidr.base }), cidr.prefix, version)
      const most = lastOf({ family: cidr.family, base: 0n, prefix: 0 })
      const near = [cidr.base + step, lastOf(cidr) + step].filter((value) => value >= 0n && value <= most)
      for (const address of [other, ...near.map((value) => ({ family: cidr.family, value }))]) {
        if (address.family !== cidr.family) continue
        expect(contains(cidr, address)).toBe(list.check(formatAddress(address), version))
      }
    }),
    { numRuns: 1000 },
  )
})

test('two subnets overlap where the base of one is in the other', () => {
  fc.assert(
    fc.property(anyCidr, anyCidr, (one, other) => {
      const holds = (cidr: Cidr, { family, base }: Cidr) => contains(cidr, { family, value: base })
      expect(overlap(one, other)).toBe(holds(one, other) || holds(other, one))
      expect(overlap(one, one)).toBe(true)
    }),
  )
})

test('a subnet is read as it was printed, with the address that was given', () => {
  fc.assert(
    fc.property(anyCidr, (cidr) => {
      expect(parseCidr(formatCidr(cidr))).toEqual({ ...cidr, address: { family: cidr.family, value: cidr.base } })
    }),
  )
  expect(parseCidr('10.1.2.3/24')).toMatchObject({ base: 0x0a010200n, address: { value: 0x0a010203n } })
  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', '::/129', '/8', '10.0.0.0/', '10.0.0.0/-1'])
    expect(parseCidr(text), text).toBeUndefined()
})

test('addresses of devices', () => {
  expect(parseMac('02-42-0A-59-00-02')).toBe('02:42:0a:59:00:02')
  for (const text of ['01:00:5e:00:00:01', '00:00:00:00:00:00', '02:42:0a:59:00', '02:42:0a:59:00:0g', ''])
    expect(parseMac(text), text).toBeUndefined()
  expect(macOfAddress(0x0a590002n, new Set())).toBe('02:42:0a:59:00:02')
  expect(macOfAddress(0x0a590002n, new Set(['02:42:0a:59:00:02']))).toBe('02:43:0a:59:00:02')
})
