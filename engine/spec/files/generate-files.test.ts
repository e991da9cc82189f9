import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../../base/errors.ts'
import { type FilesInput, generateFiles } from './generate-files.ts'
import { parseAddHost } from './hosts.ts'
import { resolvConf } from './resolv-conf.ts'

const ID = 'c0ffee'.repeat(11).slice(0, 64)

function filesOf(request: Partial<FilesInput['request']> = {}, more: Partial<FilesInput> = {}) {
  return generateFiles({
    request: { image: 'docker.io/library/alpine:latest', command: [], ...request },
    id: ID,
    name: 'web',
    imageId: 'abc',
    version: '0.1.0',
    host: { rootless: true, hostname: 'desk' },
    network: 'private',
    address: '10.0.2.100',
    hostAddress: '10.0.2.2',
    nameserver: '10.0.2.3',
    hostResolvConf: 'nameserver 192.0.2.1\n',
    systemdResolvConf: '',
    ...more,
  })
}

test('the files of a container', () => {
  expect(filesOf({ addHosts: ['db;cache:192.0.2.9', 'gw:host-gateway'] })).toEqual({
    hosts: [
      '192.0.2.9\tdb cache',
      '10.0.2.2\tgw',
      '127.0.0.1\tlocalhost localhost.localdomain localhost4',
      '::1\tlocalhost localhost.localdomain localhost6',
      '10.0.2.2\thost.containers.internal host.docker.internal',
      '10.0.2.100\tc0ffeec0ffee web',
      '',
    ].join('\n'),
    hostname: 'c0ffeec0ffee\n',
    'resolv.conf': 'nameserver 10.0.2.3\nnameserver 192.0.2.1\n',
    containerenv: '',
  })
})

test('without an address the names are the container’s loopback, and no name is the host’s', () => {
  const { hosts } = filesOf({ hostname: 'box' }, { address: undefined, hostAddress: undefined, network: 'none' })
  expect(hosts).toContain('127.0.0.1\tbox web\n')
  expect(hosts).not.toContain('host.containers.internal')
})

test('with the host’s network the hostname is the host’s', () => {
  expect(filesOf({}, { network: 'host' }).hostname).toBe('desk\n')
  expect(filesOf({ hostname: 'own' }, { network: 'host' }).hostname).toBe('own\n')
})

test('a privileged container is told what it is, and nothing ends a value early', () => {
  expect(filesOf({ privileged: true, image: 'a"\nb' }).containerenv).toBe(
    `engine="tspod-0.1.0"\nname="web"\nid="${ID}"\nimage="ab"\nimageid="abc"\nrootless=1\n`,
  )
})

test.for(['a b', 'a\n127.0.0.1 evil', '-a', '', 'x'.repeat(65)].filter(Boolean))(
  'hostname %j is refused',
  (hostname) => {
    expect(() => filesOf({ hostname })).toThrow(expect.objectContaining({ code: 'E_BAD_HOSTNAME' }))
  },
)

const DNS = { systemdText: '', nameserver: undefined, hostNetwork: false }

test.for([
  [
    'the host’s',
    { hostText: 'search lan\nnameserver 192.0.2.1\noptions ndots:2\n' },
    'search lan\noptions ndots:2\nnameserver 192.0.2.1\n',
  ],
  [
    'not its loopback',
    { hostText: 'nameserver 127.0.0.53\nnameserver ::1\nnameserver fe80::1%eth0\nnameserver 192.0.2.1\n' },
    'nameserver 192.0.2.1\n',
  ],
  [
    'what systemd-resolved asks',
    { hostText: 'nameserver 127.0.0.53', systemdText: 'nameserver 192.0.2.7\n' },
    'nameserver 192.0.2.7\n',
  ],
  ['the network’s own first', { hostText: 'nameserver 127.0.0.1', nameserver: '10.0.2.3' }, 'nameserver 10.0.2.3\n'],
  [
    'all of the host’s with its network',
    { hostText: 'nameserver 127.0.0.53', hostNetwork: true },
    'nameserver 127.0.0.53\n',
  ],
  [
    'what was asked for',
    { hostText: 'search lan\nnameserver 192.0.2.1', nameserver: '10.0.2.3', dns: ['192.0.2.8'] },
    'search lan\nnameserver 192.0.2.8\n',
  ],
] as const)('name servers: %s', ([, input, text]) => {
  expect(resolvConf({ ...DNS, ...input })).toBe(text)
})

test('--dns none is alone: nothing would be written to the file that the image keeps', () => {
  expect(filesOf({ dns: ['none'] })['resolv.conf']).toBe('nameserver 10.0.2.3\nnameserver 192.0.2.1\n')
  expect(() => filesOf({ dns: ['192.0.2.8', 'none'] })).toThrow(
    expect.objectContaining({ code: 'E_BAD_DNS', message: '--dns: "none" and "192.0.2.8" exclude each other' }),
  )
})

test('a name server that is no address is refused', () => {
  expect(() => resolvConf({ ...DNS, hostText: '', dns: ['a\nnameserver 192.0.2.1'] })).toThrow(
    expect.objectContaining({ code: 'E_BAD_DNS' }),
  )
})

test.for([
  ['db:192.0.2.1', '192.0.2.1'],
  ['db:2001:db8::1', '2001:db8::1'],
  ['db=[2001:db8::1]', '2001:db8::1'],
] as const)('--add-host %s', ([text, address]) => {
  expect(parseAddHost(text, undefined)).toEqual({ address, names: ['db'] })
})

test('host-gateway needs a way to the host', () => {
  expect(() => parseAddHost('h:host-gateway', undefined)).toThrow(
    expect.objectContaining({ code: 'E_NO_HOST_GATEWAY' }),
  )
})

test('whatever is added, a line stays a line, or a TspodError comes', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(':192.0.2.1', ':host-gateway', '', '=::1\n'), (name, rest) => {
      try {
        const { address, names } = parseAddHost(name + rest, '10.0.2.2')
        expect(`${address} ${names.join(' ')}`).not.toMatch(/[\n#]/)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})

test('whatever the host has, lines of resolv.conf are of kinds we know', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('nameserver 192.0.2.1', 'search a', 'nameserver x'))),
      (lines) => {
        const text = resolvConf({ ...DNS, hostText: lines.join('\n') })
        expect(text).toMatch(/^((nameserver|search|domain|options|sortlist)\s.*\n)*$/)
      },
    ),
    { numRuns: 200 },
  )
})

test('/.dockerenv is empty, and only made where it is asked for', () => {
  expect(filesOf({ dockerenv: true, privileged: true }).dockerenv).toBe('')
})
