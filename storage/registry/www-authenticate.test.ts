import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseWwwAuthenticate } from './www-authenticate.ts'

const plain = (header: string) =>
  parseWwwAuthenticate(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

describe('parseWwwAuthenticate', () => {
  // biome-ignore format: a table
  test.for([
    ['Bearer realm="https://a/token",service="r",scope="repository:x:pull,push"',
                                              [['bearer', { realm: 'https://a/token', service: 'r', scope: 'repository:x:pull,push' }]]],
    ['Basic realm="a \\"quoted\\" \\\\ name"', [['basic', { realm: 'a "quoted" \\ name' }]]],
    ['BEARER Realm=x , service = "y"',         [['bearer', { realm: 'x', service: 'y' }]]],
    ['Bearer realm="a", Basic realm="b"',      [['bearer', { realm: 'a' }], ['basic', { realm: 'b' }]]],
    ['Negotiate, Bearer realm="a"',            [['negotiate', {}], ['bearer', { realm: 'a' }]]],
    ['Negotiate YWJj==, Bearer realm="a"',     [['negotiate', {}], ['bearer', { realm: 'a' }]]],
    ['Bearer realm="a",realm="evil"',          [['bearer', { realm: 'a' }]]],
    ['Bearer realm="unfinished',               [['bearer', {}]]],
    ['',                                       []],
    ['"',                                      []],
  ] as const)('%s', ([header, challenges]) => {
    expect(plain(header)).toEqual(challenges)
  })

  test('what is written by the rules reads back, and nothing at all throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (text, junk) => {
        const quoted = text.replace(/["\\]/g, '\\$&')
        expect(plain(`Bearer realm="${quoted}",service=x`)).toEqual([['bearer', { realm: text, service: 'x' }]])
        parseWwwAuthenticate(junk)
        parseWwwAuthenticate(`Bearer realm="a"${junk}`)
      }),
    )
  })

  test('a hostile header is read in no time', () => {
    for (const unit of ['a=', '"\\', 'a,', '\\"', 'a ', '=']) {
      expect(parseWwwAuthenticate(`Bearer ${unit.repeat(100_000)}`).length).toBeLessThanOrEqual(20)
    }
  })
})
