import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../base/errors.ts'
import { describeNetwork, parseNetworkMode } from './describe.ts'
import type { NetworkInput } from './driver.ts'
import { mergePastaOptions, parsePastaOptions } from './pasta-options.ts'
import { pastaVersion } from './pasta-version.ts'
import { parseSlirpOptions } from './slirp-options.ts'

const BOTH = (name: string) => `/usr/bin/${name}`
const INPUT: NetworkInput = { userNamespace: true }
const argsOf = (mode: 'pasta' | 'slirp4netns', input: Partial<NetworkInput>): string =>
  describeNetwork(mode, { ...INPUT, ...input }, BOTH).helper?.args.join(' ') ?? ''

test.for([
  ['', undefined],
  ['default', undefined],
  ['host', 'host'],
  ['pasta', 'pasta'],
  ['pasta:-T,5432', 'pasta'],
  ['slirp4netns:mtu=1500', 'slirp4netns'],
  ['container:web', 'container'],
  ['ns:/proc/1/ns/net', 'ns'],
] as const)('the network %j is %s', ([text, mode]) => {
  expect(parseNetworkMode(text)).toBe(mode)
})

test.for(['nonsense', 'host:x', 'none:', 'container:', 'ns:', 'ns:a\0b', 'pastas'])(
  'there is no network %j',
  (text) => {
    expect(() => parseNetworkMode(text)).toThrow(expect.objectContaining({ code: 'E_BAD_NETWORK' }))
  },
)

test.for([
  ['pasta 2024_09_06.6b38f07', true, 'of 2024-09-06'],
  ['pasta 0.0~git20250503.587980c-2+deb13u1\nCopyright 2020', true, 'of 2025-05-03'],
  ['pasta 0^20240821.g1d6142f-1.fc40.x86_64', false, 'of 2024-08-21'],
  ['pasta unknown version\nCopyright 20250101', false, 'of an unknown version'],
  ['Usage: pasta [OPTION]...\n  --map-guest-addr ADDR\n', true, 'of 2025 or so'],
  ['', false, 'of an unknown version'],
] as const)('%j is new: %s', ([text, isNew, words]) => {
  expect(pastaVersion(text)).toEqual({ isNew, words })
})

test.for([
  // installed                 version      containers.conf  mode           reason
  ['pasta slirp4netns', 'pasta 2024_09_06', undefined, 'pasta', /pasta is of 2024-09-06, which is new enough/],
  ['pasta slirp4netns', 'pasta 2023_03_09', undefined, 'slirp4netns', /pasta is of 2023-03-09, which may be too old/],
  ['pasta slirp4netns', 'pasta 2023_03_09', 'pasta', 'pasta', /containers.conf/],
  ['pasta slirp4netns', 'pasta 2024_09_06', 'slirp4netns', 'slirp4netns', /containers.conf/],
  ['pasta', 'pasta 2023_03_09', 'slirp4netns', 'pasta', /pasta is installed/],
  ['slirp4netns', '', 'pasta', 'slirp4netns', /slirp4netns is installed/],
  ['', '', undefined, 'none', /neither slirp4netns nor pasta/],
] as const)('of %j with %s and %s the usual one is %s', ([installed, version, conf, mode, reason]) => {
  const input = { ...INPUT, versionOf: () => version, ...(conf && { rootlessNetwork: conf }) }
  const find = (name: string) => (installed.split(' ').includes(name) ? `/bin/${name}` : undefined)
  expect(describeNetwork(undefined, input, find)).toMatchObject({ mode, reason: expect.stringMatching(reason) })
})

test('nobody asks for a version where it decides nothing', () => {
  const versionOf = () => expect.unreachable()
  describeNetwork(undefined, { ...INPUT, versionOf }, (name) => (name === 'pasta' ? undefined : BOTH(name)))
  describeNetwork('slirp4netns', { ...INPUT, versionOf }, BOTH)
})

test('without the device that helpers need a container has its loopback, and asking for one fails', () => {
  const input = { ...INPUT, hasTun: false }
  expect(describeNetwork(undefined, input, BOTH)).toMatchObject({ mode: 'none', degraded: true })
  expect(describeNetwork('none', input, BOTH)).toMatchObject({ mode: 'none', degraded: false })
  expect(() => describeNetwork('pasta', input, BOTH)).toThrow(expect.objectContaining({ code: 'E_NO_TUN' }))
})

test('a new pasta gives the host an address, unless the user does', () => {
  const versionOf = () => 'pasta 2024_09_06'
  expect(describeNetwork('pasta', { ...INPUT, versionOf }, BOTH).hostAddress).toBe('169.254.1.2')
  expect(argsOf('pasta', { versionOf })).toContain('--no-map-gw --map-guest-addr 169.254.1.2 ')
  expect(argsOf('pasta', { versionOf, pastaOptions: ['--map-guest-addr', 'none'] })).not.toContain('169.254.1.2')
  expect(argsOf('pasta', { versionOf: () => 'pasta 2023_03_09' })).not.toContain('--map-guest-addr')
})

test('options of pasta are words, and ours stand back', () => {
  expect(parsePastaOptions('--mtu,1500,-T,5432')).toEqual(['--mtu', '1500', '-T', '5432'])
  const args = argsOf('pasta', { pastaOptions: ['-T', '5432', '-4t8080', '--dns-forward', '1.2.3.4', '--map-gw'] })
  expect(args).toMatch(/ --udp-ns none -T 5432 -4t8080 --dns-forward 1\.2\.3\.4 --userns /)
  expect(args).not.toMatch(/--tcp-ns none|--tcp-ports none|map-gw|169\.254\.1\.1/)
})

test.for([
  ['1234', /begin with -/],
  ['--netns,/x', /"--netns": that is not for a container to say/],
  ['--netns=/x', /not for a container/],
  ['--usern,/x', /not for a container/],
  ['--mtu,1500,-f', /"-f"/],
  ['-4P,/x', /"-4P"/],
  ['-qd', /"-qd"/],
  [`--mtu,${'1'.repeat(2000)}`, /looks like that/],
  [`-4${',-4'.repeat(300)}`, /more than 256 words/],
] as const)('pasta:%s is refused', ([text, message]) => {
  expect(() => parsePastaOptions(text)).toThrow(expect.objectContaining({ code: 'E_BAD_NETWORK_OPTION' }))
  expect(() => parsePastaOptions(text)).toThrow(message)
})

test('an option of the flag is in place of the same one of the file, with its values', () => {
  const ofFile = ['-m', '1500', '--tcp-ns', '1', '-a', '10.0.0.2', '-4']
  expect(mergePastaOptions(ofFile, ['--mtu=1400', '-T2'])).toEqual(['-a', '10.0.0.2', '-4', '--mtu=1400', '-T2'])
  expect(mergePastaOptions(ofFile, [])).toEqual(ofFile)
})

test('options of slirp4netns become its arguments, the last of two', () => {
  const all =
    'mtu=1500,mtu=1400,allow_host_loopback=true,enable_ipv6=true,cidr=10.1.2.128/25,outbound_addr=eth0,port_handler=rootlesskit'
  const input = { ...INPUT, slirpOptions: parseSlirpOptions(all) }
  expect(argsOf('slirp4netns', input)).toMatch(
    /^--configure --mtu=1400 --cidr=10\.1\.2\.128\/25 --outbound-addr=eth0 --enable-ipv6 --enable-sandbox /,
  )
  expect(describeNetwork('slirp4netns', input, BOTH)).toMatchObject({
    address: '10.1.2.228',
    hostAddress: '10.1.2.130',
    nameserver: '10.1.2.131',
  })
})

test.for([
  ['mtu', 'not a value of mtu'],
  ['mtu=much', 'not a value of mtu'],
  ['cidr=10.0.0.0', 'not a value of cidr'],
  ['enable_ipv6=yes', 'not a value of enable_ipv6'],
  ['outbound_addr=a b', 'not a value of outbound_addr'],
  ['nonsense=1', 'no such option'],
  ['__proto__=1', 'no such option'],
] as const)('slirp4netns:%s is refused', ([text, words]) => {
  expect(() => parseSlirpOptions(text)).toThrow(words)
})

test('whatever the options, only a TspodError comes', () => {
  const parse = fc.constantFrom(parsePastaOptions, parseSlirpOptions)
  fc.assert(
    fc.property(parse, fc.string(), (parser, text) => {
      try {
        parser(text)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
  )
})
