import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseNetworks, sharedNetwork } from './parse-networks.ts'

const parse = (networks: readonly string[], flags: object = {}) => parseNetworks({ networks, ...flags })

test.for([
  [[], { mode: '' }],
  [['host'], { mode: 'host' }],
  [['name=none'], { mode: 'none' }],
  [['container:web'], { mode: 'container:web' }],
  [['slirp4netns:mtu=1500'], { mode: 'slirp4netns:mtu=1500' }],
  [['shop'], { wishes: [{ network: 'shop', aliases: [] }] }],
  [
    ['shop:ip=10.5.0.7,ip6=fd00::7,mac=02-42-0A-00-00-07,alias=a,alias=b,interface_name=lan', 'bridge'],
    {
      wishes: [
        {
          network: 'shop',
          ...{ ip4: '10.5.0.7', ip6: 'fd00::7', mac: '02:42:0a:00:00:07', aliases: ['a', 'b'], interfaceName: 'lan' },
        },
        { network: 'bridge', aliases: [] },
      ],
    },
  ],
  [
    ['name=shop,ip=10.5.0.7,mac-address=02:42:0a:00:00:07,alias=a'],
    { wishes: [{ network: 'shop', ip4: '10.5.0.7', mac: '02:42:0a:00:00:07', aliases: ['a'] }] },
  ],
  [
    ['shop,bridge'],
    {
      wishes: [
        { network: 'shop', aliases: [] },
        { network: 'bridge', aliases: [] },
      ],
    },
  ],
  [['shop:ip=fd00::7'], { wishes: [{ network: 'shop', aliases: [], ip6: 'fd00::7' }] }],
] as const)('--network %j', ([networks, wanted]) => {
  expect(parse(networks)).toEqual(wanted)
})

test('flags mean the only network, and aliases every one', () => {
  expect(parse(['a'], { ip: '10.5.0.7', ip6: 'fd00::7', macAddress: '02:42:0a:00:00:07' })).toEqual({
    wishes: [{ network: 'a', aliases: [], ip4: '10.5.0.7', ip6: 'fd00::7', mac: '02:42:0a:00:00:07' }],
  })
  expect(parse(['a:alias=x', 'b'], { networkAliases: ['x', 'y'] })).toEqual({
    wishes: [
      { network: 'a', aliases: ['x', 'y'] },
      { network: 'b', aliases: ['x', 'y'] },
    ],
  })
})

// biome-ignore format: a table
test.for([
  [['host', 'a'], {}, 'E_BAD_NETWORK', 'can have no other'],
  [['a', 'host'], {}, 'E_BAD_NETWORK', 'can have no other'],
  [[], { ip: '10.0.0.1' }, 'E_BAD_NETWORK', '--ip can only be set'],
  [['none'], { networkAliases: ['a'] }, 'E_BAD_NETWORK', '--network-alias can only be set'],
  [['host'], { macAddress: '02:42:0a:00:00:07' }, 'E_BAD_NETWORK', '--mac-address can only be set'],
  [['a', 'b'], { ip6: 'fd00::1' }, 'E_BAD_NETWORK', '--ip6 can only be set where there is a single network'],
  [['a'], { ip: 'x' }, 'E_BAD_ADDRESS', 'not an address'],
  [['a'], { macAddress: '01:42:0a:00:00:07' }, 'E_BAD_ADDRESS', 'not the address of one device'],
  [['a'], { networkAliases: ['a b'] }, 'E_BAD_NETWORK', 'not a name for a host'],
  [['a:ip=x'], {}, 'E_BAD_ADDRESS', 'x is not an address'],
  [['a:ip'], {}, 'E_BAD_NETWORK', 'ip has no value'],
  [['a:ip=10.5.0.7,ip=10.5.0.8'], {}, 'E_BAD_NETWORK', 'ip is given twice'],
  [['a:mac=02:42:0a:00:00:07,mac-address=02:42:0a:00:00:08'], {}, 'E_BAD_NETWORK', 'mac-address is given twice'],
  [['a:interface_name=x,interface_name=y'], {}, 'E_BAD_NETWORK', 'interface_name is given twice'],
  [['name=a,name=b'], {}, 'E_BAD_NETWORK', 'name is given twice'],
  [['a:foo=1'], {}, 'E_BAD_NETWORK', 'there is no option foo'],
  [[':ip=10.0.0.1', 'a'], {}, 'E_BAD_NETWORK', 'can have no other'],
  [['name=', 'a'], {}, 'E_BAD_NETWORK', 'can have no other'],
  [['alias=x'], {}, 'E_BAD_NETWORK', 'it names no network'],
  [Array.from({ length: 65 }, (_, index) => `n${index}`), {}, 'E_BAD_NETWORK', 'not in 65'],
] as const)('%j %j: %s, %s', ([networks, flags, code, why]) => {
  expect(() => parse(networks, flags)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(why) }))
})

test('the container whose network is shared', () => {
  expect(sharedNetwork({ networks: ['container:web'] })).toBe('web')
  expect(sharedNetwork({ networks: ['shop'] })).toBeUndefined()
  expect(sharedNetwork({})).toBeUndefined()
})

test('whatever is typed, it is understood or refused', () => {
  const piece = fc.constantFrom('a', ':', ',', '=', 'ip', 'alias', 'name', '10.0.0.1', 'fd00::1', 'mac', ' ', 'host')
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 10 }).map((all) => all.join('')),
  )
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), (networks) => {
      try {
        parse(networks)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 1000 },
  )
})
