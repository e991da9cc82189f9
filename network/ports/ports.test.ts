import { expect, test } from 'vitest'
import type { Port } from '../driver.ts'
import { keepsSource } from './keeps-source.ts'
import { firstConflict, inEachOthersWay } from './overlap.ts'
import { changePorts } from './port-change.ts'
import { relayLine, relayListeners } from './relays.ts'

/** `127.0.0.1|8080>80/tcp` */
function port(text: string): Port {
  const [, hostIp = '', host, inner, protocol] = /^(?:(.*)\|)?(\d+)>(\d+)\/(tcp|udp)$/.exec(text) ?? []
  return {
    hostIp,
    hostPort: Number(host),
    containerPort: Number(inner),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  }
}
const textOf = ({ hostIp, hostPort, containerPort, protocol }: Port): string =>
  `${hostIp && `${hostIp}|`}${hostPort}>${containerPort}/${protocol}`

// biome-ignore format: a table
test.for([
  ['', '', true], ['', '0.0.0.0', true], ['', '::', true], ['', '127.0.0.1', true], ['', '::1', true],
  ['0.0.0.0', '127.0.0.1', true], ['::', '::1', true], ['::', 'fe80::1', true],
  ['0.0.0.0', '::', false], ['0.0.0.0', '::1', false], ['::', '127.0.0.1', false], ['127.0.0.1', '127.0.0.2', false],
] as const)('%j and %j are in each other\'s way: %s', ([one, other, expected]) => {
  const at = (hostIp: string) => ({ hostIp, hostPort: 80, protocol: 'tcp' })
  expect(inEachOthersWay(at(one), at(other))).toBe(expected)
  expect(inEachOthersWay(at(other), at(one))).toBe(expected)
  expect(inEachOthersWay(at(one), { ...at(other), protocol: 'udp' })).toBe(false)
})

test('ten thousand ports are compared at once', () => {
  const ports = Array.from({ length: 10_000 }, (_, index) => port(`${index + 1}>80/tcp`))
  expect(firstConflict(ports)).toBeUndefined()
  expect(firstConflict([...ports, port('127.0.0.1|7>80/tcp')])?.map(textOf)).toEqual(['7>80/tcp', '127.0.0.1|7>80/tcp'])
})

// biome-ignore format: a table
test.for([
  // before          additions         removals         ports              added          removed        retargeted
  ['1>80/tcp',       '2>80/tcp',       '',              '1>80/tcp 2>80/tcp', '2>80/tcp',  '',            ''],
  ['1>80/tcp',       '1>80/tcp',       '',              '1>80/tcp',        '',            '',            ''],
  ['1>80/tcp',       '2>80/tcp',       '1>80/tcp',      '2>80/tcp',        '2>80/tcp',    '1>80/tcp',    ''],
  ['1>80/tcp',       '1>81/tcp',       '1>80/tcp',      '1>81/tcp',        '',            '',            '1>81/tcp'],
  ['1>80/tcp 2>80/tcp', '',            '0>80/tcp',      '',                '',            '1>80/tcp 2>80/tcp', ''],
  ['::1|1>80/tcp',   '',               '1>80/tcp',      '',                '',            '::1|1>80/tcp', ''],
] as const)('%s, and %j, without %j, is %j', ([before, additions, removals, ports, added, removed, retargeted]) => {
  const all = (text: string): Port[] => text.split(' ').filter(Boolean).map(port)
  const words = (found: readonly Port[]): string => found.map(textOf).join(' ')
  const change = changePorts(all(before), { additions: all(additions), removals: all(removals) })
  expect([change.ports, change.added, change.removed, change.retargeted].map(words)).toEqual([ports, added, removed, retargeted])
})

test('what is not there is not removed, and no port of the host is taken twice', () => {
  const change = (additions: string, removals: string) => () =>
    changePorts([port('1>80/tcp')], {
      additions: [port(additions)],
      removals: removals === '' ? [] : [port(removals)],
    })
  expect(change('2>80/tcp', '1>80/udp')).toThrow(expect.objectContaining({ code: 'E_PORT_NOT_PUBLISHED' }))
  expect(change('127.0.0.1|1>80/tcp', '')).toThrow(expect.objectContaining({ code: 'E_PORT_TWICE' }))
  expect(change('127.0.0.1|1>80/tcp', '1>80/tcp')).toThrow(expect.objectContaining({ code: 'E_PORT_TWICE' }))
})

// biome-ignore format: a table
test.for([
  ['',          'tcp', [4],    'ipv4'], ['',        'tcp', [4, 6], 'yes'], ['',    'udp', [4], 'yes'],
  ['0.0.0.0',   'tcp', [4],    'yes'],  ['::',      'tcp', [4],    'no'],  ['',    'tcp', [6], 'ipv6'],
  ['127.0.0.1', 'tcp', [4, 6], 'no'],   ['::1',     'tcp', [4, 6], 'no'],
] as const)('%j/%s to a container with versions %j keeps the source: %s', ([hostIp, protocol, families, expected]) => {
  expect(keepsSource({ hostIp, protocol }, { families: new Set(families), dualStack: true })).toBe(expected)
})

// biome-ignore format: a table
test.for([
  ['', ['127.0.0.1:53', '[::1]:53'], ['127.0.0.1:53']],
  ['0.0.0.0', ['127.0.0.1:53'], ['127.0.0.1:53']],
  ['::', ['[::1]:53'], []],
  ['127.0.0.53', ['127.0.0.53:53'], ['127.0.0.53:53']],
  ['::1', ['[::1]:53'], ['[::1]:53']],
  ['192.0.2.1', [], []],
] as const)('a UDP port on %j is answered for on the loopback at %j, without version 6 at %j', ([hostIp, dual, four]) => {
  const labels = (loopback6: boolean) =>
    relayListeners({ hostIp, hostPort: 53 }, 'loopback', loopback6).map(({ label, protocol }) => `${label} ${protocol}`)
  const words = (texts: readonly string[]) => texts.map((text) => `${text}/udp udp`)
  expect(labels(true)).toEqual(words(dual))
  expect(labels(false)).toEqual(words(four))
})

test('a UDP port that the gateway has alone is answered for everywhere', () => {
  const labels = (hostIp: string, loopback6: boolean) =>
    relayListeners({ hostIp, hostPort: 53 }, 'all', loopback6).map(({ label }) => label)
  expect(labels('', true)).toEqual(['0.0.0.0:53/udp', '[::]:53/udp'])
  expect(labels('', false)).toEqual(['0.0.0.0:53/udp'])
  expect(labels('192.0.2.1', true)).toEqual(['192.0.2.1:53/udp'])
})

test('a relay is a forward without a prefix', () => {
  expect(relayLine('forward 127.0.0.1:53/udp auto - 53 - - -')).toBe('relay 127.0.0.1:53/udp auto - 53 - -')
})
