import { expect, test } from 'vitest'
import type { Address } from '../addresses/address.ts'
import type { Cidr } from '../addresses/cidr.ts'
import type { Subnet } from '../addresses/subnet.ts'
import { type Endpoint, insideMessages, linkMessages, memberLines } from '../bridge/endpoint.ts'
import { type BridgeNetwork, namespaceMessages } from '../bridge/network.ts'
import type { AllowedDestination } from './policy.ts'

const address: Address = { family: 4, value: 0x0a590105n }
const cidr: Cidr = { family: 4, base: 0x0a590100n, prefix: 24 }
const subnet: Subnet = {
  ...{ cidr, gateway: cidr.base + 1n, lease: { first: cidr.base + 2n, last: cidr.base + 254n } },
}

const NETWORK: BridgeNetwork = {
  ...{ number: 1, subnets: [subnet], mtu: 1500, isInternal: false, hasNames: true, upstreams: [] },
}

function endpoint(allowed: readonly AllowedDestination[], network: Partial<BridgeNetwork> = {}): Endpoint {
  return {
    network: { ...NETWORK, ...network },
    ...{ link: 'eth0', place: 0, mac: Buffer.alloc(6), names: ['web'], addresses: [{ address, subnet }] },
    egress: { policy: { allowed }, logFile: '/log' },
  }
}

/** struct fib_rule_hdr behind the header of a message, and its attributes. */
function rulesOf(messages: readonly Buffer[]): { to: number; action: number; words: Record<number, string> }[] {
  return messages
    .filter((message) => message.readUInt16LE(4) === 32)
    .map((message) => {
      const words: Record<number, string> = {}
      for (let at = 28; at < message.length; at += (message.readUInt16LE(at) + 3) & ~3)
        words[message.readUInt16LE(at + 2)] = message.toString('hex', at + 4, at + message.readUInt16LE(at))
      return { to: message.readUInt8(17), action: message.readUInt8(23), words }
    })
}

const [TO, FROM, IN, TABLE, PROTOCOL, PORTS] = [1, 2, 3, 15, 22, 24] as const
const u32 = (value: number): string => Buffer.from(new Uint32Array([value]).buffer).toString('hex')
const OWN = { [FROM]: '0a590105', [IN]: Buffer.from('v7\0').toString('hex') }

test('peers, what is allowed, refusal, and nothing for who claims to be another', () => {
  const host: Cidr = { family: 4, base: 0xc0000200n, prefix: 24 }
  const ports = [443, 444] as const
  const rules = rulesOf(
    linkMessages(
      endpoint([
        { host, ports },
        { host: 'example.org', ports, protocol: 'tcp' },
      ]),
      7,
    ),
  )
  const outside = { ...OWN, [TO]: 'c0000200', [TABLE]: u32(995), [PORTS]: 'bb01bc01' }
  expect(rules.map(({ words }) => words)).toEqual([
    expect.objectContaining({ ...OWN, [TO]: '0a590100', [TABLE]: u32(1001) }),
    expect.objectContaining({ ...outside, [PROTOCOL]: '06' }),
    expect.objectContaining({ ...outside, [PROTOCOL]: '11' }),
    expect.objectContaining({ ...OWN, [TABLE]: u32(2 ** 31 + 7 * 64), [PROTOCOL]: '06', [PORTS]: 'bb01bc01' }),
    expect.objectContaining({ ...OWN, [TABLE]: u32(998) }),
    expect.not.objectContaining({ [FROM]: expect.anything() }),
  ])
  expect(rules.map(({ to, action }) => [to, action])).toEqual([
    [24, 1],
    [24, 1],
    [24, 1],
    [0, 1],
    [0, 1],
    [0, 6],
  ])
})

test('a link without rules leads nowhere', () => {
  const rules = rulesOf(namespaceMessages())
  const seen = rules.map(({ action, words }) => [action, Buffer.from(words[IN] ?? '', 'hex').toString()])
  const own = [
    [1, 'lo\0'],
    [1, 'tap0\0'],
  ]
  // Of version 4, of version 6; then, of version 6, where containers are, what is of this namespace, and its way out.
  expect(seen).toEqual([...own, [6, ''], ...own, [6, ''], ...own, [1, ''], [1, 'lo\0']])
})

test('it is no port of the bridge; one of another container is', () => {
  const isPort = (of: Endpoint) => linkMessages(of, 7)[0]?.includes(Buffer.from('08000a00e9030000', 'hex'))
  const { egress: _, ...free } = endpoint([])
  expect(isPort(endpoint([]))).toBe(false)
  expect(isPort(free)).toBe(true)
})

test('without an address of version 4 there is no link at all', () => {
  expect(() => linkMessages({ ...endpoint([]), addresses: [] }, 7)).toThrow('no address of version 4')
})

test('in an internal network nothing is allowed, whatever the policy', () => {
  const internal = endpoint([{ host: 'example.org' }, { host: cidr }], { isInternal: true })
  expect(rulesOf(linkMessages(internal, 7))).toEqual(rulesOf(linkMessages(endpoint([]), 7)))
  expect(memberLines(internal, 7).text).toContain('\nserve v7 10.89.1.1 - -')
  expect(memberLines(internal, 7).text).not.toContain('allow')
})

test('names with the same ports are one line, with the log there goes a file', () => {
  const allowed = ['a.example', 'b.example', '*'].map((host, index) => ({
    host,
    ports: [index < 2 ? 443 : 80, index < 2 ? 443 : 80] as const,
  }))
  const { text, file } = memberLines(endpoint(allowed), 7)
  expect(file).toBe('/log')
  const lines = text.split('\n').map((line) => line.replaceAll(/ [0-9a-f]{30,}/g, ' MESSAGE'))
  expect(lines).toEqual([
    'serve tspod1 10.89.1.1 -',
    'address tspod1 10.89.1.5 - web',
    'limit tspod1 v7 MESSAGE MESSAGE',
    'allow tspod1 MESSAGE MESSAGE a.example b.example',
    'allow tspod1 MESSAGE MESSAGE *',
    'serve v7 10.89.1.1 -',
  ])
})

test('inside it has its address alone, and all else by the gateway', () => {
  expect(insideMessages(endpoint([]))).toHaveLength(4)
})
