import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCidr } from '../../network/addresses/cidr.ts'
import { parseEgress } from './parse-egress.ts'

const shown = (...texts: string[]) =>
  parseEgress(texts)?.allowed.map(({ host, ports, protocol }) =>
    [typeof host === 'string' ? host : formatCidr(host), ports?.join('-') ?? '*', protocol ?? 'both'].join(' '),
  )

test('nothing is no limit, none is nothing', () => {
  expect(parseEgress(undefined)).toBeUndefined()
  expect(parseEgress([])).toBeUndefined()
  expect(parseEgress(['none', 'none'])).toEqual({ allowed: [] })
})

// biome-ignore format: a table
test.for([
  ['allow=example.org:443', ['example.org 443-443 both']],
  ['allow=Example.ORG.:443/tcp', ['example.org 443-443 tcp']],
  ['allow=*.example.org:8000-8999/udp,192.0.2.1:*', ['*.example.org 8000-8999 udp', '192.0.2.1/32 * both']],
  ['allow=10.0.0.0/8:53', ['10.0.0.0/8 53-53 both']],
  ['allow=0.0.0.0/0:443/tcp', ['0.0.0.0/0 443-443 tcp']],
  ['allow=*:443', ['* 443-443 both']],
  ['allow=_dmarc.a-b.example:1-65535', ['_dmarc.a-b.example 1-65535 both']],
] as const)('%s', ([text, expected]) => {
  expect(shown(text)).toEqual(expected)
})

test('several flags are one list', () => {
  expect(shown('allow=a.example:1', 'allow=b.example:2')).toEqual(['a.example 1-1 both', 'b.example 2-2 both'])
})

// biome-ignore format: a table
test.for([
  '', 'all', 'allow', 'allow=', 'allow=,', 'None', 'allow=example.org', 'allow=example.org:', 'allow=:443', 'allow=example.org:0',
  'allow=example.org:65536', 'allow=example.org:9-8', 'allow=example.org:1-', 'allow=example.org:443/sctp', 'allow=example.org:443:80',
  'allow=a.*.example:1', 'allow=*example.org:1', 'allow=**:1', 'allow=-a.example:1', 'allow=a..b:1', 'allow=a b:1', 'allow=a/b:1', 'allow=1.2.3:1',
  'allow=1.2.3.256:1', 'allow=01.2.3.4:1', 'allow=1.2.3.4/33:1', 'allow=::1:1', 'allow=[::1]:1', 'allow=[fd00::/8]:1', 'allow=[1.2.3.4]:1', 'allow=[]:1',
  `allow=${'a.'.repeat(127)}a:1`, `allow=${'a'.repeat(64)}.b:1`, 'allow=example.org:443\n', 'allow=ex\0ample:1',
])('%j is refused', (text) => {
  expect(() => parseEgress([text])).toThrow(expect.objectContaining({ code: 'E_BAD_EGRESS' }))
})

// biome-ignore format: a table
test.for([
  ['allow=1.2.3.5/24:80', '1.2.3.5/24 has host bits set', 'write 1.2.3.0/24'],
  ['allow=*.:80', '"*." is no address, subnet or name', 'as in *.example.org'],
  ['allow=[2001:db8::1]:443', 'has no version 6', 'allow an address of version 4'],
  ['allow=2001:db8::1:443', 'has no version 6', 'allow an address of version 4'],
  ['allow=example.org:443/sctp', 'the protocol sctp is neither', 'leave it out'],
] as const)('%s is refused: %s, %s', ([text, why, hint]) => {
  expect(() => parseEgress([text])).toThrow(
    expect.objectContaining({ message: expect.stringContaining(why), hint: expect.stringContaining(hint) }),
  )
})

test('none beside a list, and more than 64 destinations, are refused', () => {
  expect(() => parseEgress(['none', 'allow=a.example:1'])).toThrow('exclude each other')
  const many = (count: number) =>
    `allow=${Array.from({ length: count }, (_, index) => `h${index}.example:1`).join(',')}`
  expect(parseEgress([many(64)])?.allowed).toHaveLength(64)
  expect(() => parseEgress([many(65)])).toThrow('64 destinations, not 65')
})

test('whatever is said, it is parsed or refused by that one error, and what is allowed is in bounds', () => {
  const words = fc.stringMatching(/^(allow=|none|)[a-z0-9.*:,/[\]_-]{0,40}$/)
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 3 }), (texts) => {
      try {
        for (const { host, ports } of parseEgress(texts)?.allowed ?? []) {
          if (typeof host === 'string') expect(host).toMatch(/^(\*|(\*\.)?[a-z0-9_.-]{1,253})$/)
          else expect(host.family).toBe(4)
          if (ports) expect(ports[0] >= 1 && ports[0] <= ports[1] && ports[1] <= 65535).toBe(true)
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_BAD_EGRESS' })
      }
    }),
  )
})
