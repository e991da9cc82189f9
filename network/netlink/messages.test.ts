import { expect, test } from 'vitest'
import { parseAddress } from '../addresses/address.ts'
import { parseCidr } from '../addresses/cidr.ts'
import { addressBytes, socketAddress } from './address-bytes.ts'
import { addBridge, addVeth, deleteLink, forwardPackets, setLink } from './link.ts'
import { toHex } from './message.ts'
import { answerAtOnce } from './neighbour.ts'
import { addAddress, addDefaultRoute, addLinkRoute, addLocalRoute } from './route.ts'
import { addRule } from './rule.ts'

const address = (text: string) => parseAddress(text) ?? expect.fail(`${text} is no address`)
const cidr = (text: string) => parseCidr(text) ?? expect.fail(`${text} is none`)
const words = (bytes: Buffer): string =>
  bytes
    .toString('hex')
    .replace(/(.{8})/g, '$1 ')
    .trim()

/** Laid out by hand from struct nlmsghdr, ifinfomsg, ifaddrmsg, rtmsg and fib_rule_hdr. Source: netlink(7), rtnetlink(7) */
test.each([
  [
    'a link comes up',
    setLink({ name: 'lo', up: true }),
    '28000000 13000500 00000000 00000000 00000000 00000000 01000000 01000000 07000300 6c6f0000',
  ],
  [
    'a bridge',
    addBridge({ name: 'tspod7', index: 1007, mtu: 1400 }),
    '44000000 10000506 00000000 00000000 00000000 ef030000 00000000 00000000 0b000300 7473706f 64370000 08000400 78050000 10001280 0b000100 62726964 67650000',
  ],
  [
    'it forwards',
    forwardPackets('tap0', { proxyArp: true }),
    '48000000 13000500 00000000 00000000 00000000 00000000 00000000 00000000 09000300 74617030 00000000 1c001a80 18000280 14000180 08000100 01000000 08000300 01000000',
  ],
  [
    'a link goes',
    deleteLink('eth0'),
    '2c000000 11000500 00000000 00000000 00000000 00000000 00000000 00000000 09000300 65746830 00000000',
  ],
  [
    'an address',
    addAddress(1000, address('10.89.0.2'), 24),
    '28000000 14000506 00000000 00000000 02180000 e8030000 08000200 0a590002 08000100 0a590002',
  ],
  [
    'a way out',
    addDefaultRoute(address('10.89.0.1'), { table: 254 }),
    '2c000000 18000506 00000000 00000000 02000000 00040001 00000000 08000f00 fe000000 08000500 0a590001',
  ],
  [
    'a subnet on a link',
    addLinkRoute(cidr('10.89.0.0/24'), { table: 1001, index: 1001 }),
    '34000000 18000506 00000000 00000000 02180000 0004fd01 00000000 08000f00 e9030000 08000100 0a590000 08000400 e9030000',
  ],
  [
    'all is local',
    addLocalRoute(6, { table: 999, index: 1 }),
    '2c000000 18000506 00000000 00000000 0a000000 0004fe02 00000000 08000f00 e7030000 08000400 01000000',
  ],
  [
    'a rule for answers',
    addRule({
      family: 4,
      priority: 1000,
      table: 999,
      inLink: 'tspod1',
      source: address('10.89.0.2'),
      protocol: 'tcp',
      sourcePorts: [80, 90],
    }),
    '50000000 20000506 00000000 00000000 02002000 00000001 00000000 08000600 e8030000 08000f00 e7030000 0b000300 7473706f 64310000 08000200 0a590002 05001600 06000000 08001700 50005a00',
  ],
])('%s', (_, message, expected) => {
  expect(words(message)).toBe(expected)
  expect(message.readUInt32LE(0)).toBe(message.length)
})

test('a pair of links: the other one is named, with its namespace, inside what the first is', () => {
  const message = addVeth(
    { name: 'v1', index: 5, mtu: 1400, master: 1001, up: true },
    { name: 'eth0', index: 1000, mtu: 1400, mac: Buffer.from('020000000001', 'hex'), namespaceFd: 100 },
  )
  const hex = message.toString('hex')
  const peer = hex.indexOf(Buffer.from('eth0\0').toString('hex'))
  expect(hex.indexOf(Buffer.from('veth\0').toString('hex'))).toBeLessThan(peer)
  expect(hex.slice(peer)).toContain('08001c0064000000') // IFLA_NET_NS_FD
  expect(hex.slice(peer)).toContain('0a0001000200000000010000') // IFLA_ADDRESS
  expect(hex.slice(0, peer)).toContain('08000a00e9030000') // IFLA_MASTER
})

test('who asks for an address is answered at once: the index is where it is said to be', () => {
  const { message, at } = answerAtOnce()
  expect(message.subarray(at - 4, at).toString('hex')).toBe('08000100') // NDTPA_IFINDEX
  expect(words(message)).toBe(
    '3c000000 43000501 00000000 00000000 02000000 0e000100 6172705f 63616368 65000000 18000680 08000100 00000000 0c000d00 00000000 00000000',
  )
})

test('several messages follow one another, each of a size that needs no padding', () => {
  const messages = [setLink({ name: 'a' }), setLink({ name: 'abcdef' })]
  expect(toHex(...messages)).toBe(messages.map((message) => message.toString('hex')).join(''))
  for (const message of messages) expect(message.length % 4).toBe(0)
})

test('addresses in the order of the network', () => {
  expect(addressBytes(address('1.2.3.4')).toString('hex')).toBe('01020304')
  expect(addressBytes(address('::1')).toString('hex')).toBe(`${'0'.repeat(31)}1`)
  expect(socketAddress(address('127.0.0.1'), 8080).toString('hex')).toBe(`02001f907f000001${'0'.repeat(16)}`)
  expect(socketAddress(address('::'), 80).toString('hex')).toBe(`0a000050${'0'.repeat(48)}`)
})
