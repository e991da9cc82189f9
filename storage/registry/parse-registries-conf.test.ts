import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseRegistriesConf } from './parse-registries-conf.ts'

test('reads every setting with what decided it', () => {
  const text = `
    unqualified-search-registries = ["quay.io"]
    short-name-mode = "permissive"
    credential-helpers = ["unknown to us"]
    [[registry]]
    prefix = "docker.io"
    location = "proxy.example:5000/hub/"
    insecure = true
    [[registry.mirror]]
    location = "m1.example"
    [[registry.mirror]]
    location = "m2.example"
    insecure = true
    pull-from-mirror = "tag-only"
    [[registry]]
    prefix = "a.example/b:1"
    mirror-by-digest-only = true
    [[registry.mirror]]
    location = "m3.example"
    [[registry]]
    prefix = "*.bad.example"
    blocked = true
    [aliases]
    "fedora" = "registry.fedoraproject.org/fedora"
    "gone" = ""`
  const file = parseRegistriesConf(text, '/r.conf')
  expect(file.unqualifiedSearch).toEqual({ value: ['quay.io'], origin: '/r.conf:2' })
  expect(file.shortNameMode).toEqual({ value: 'permissive', origin: '/r.conf:3' })
  expect(file.credentialHelpers).toEqual({ value: ['unknown to us'], origin: '/r.conf:4' })
  expect(file.registries).toEqual([
    {
      prefix: 'docker.io',
      location: 'proxy.example:5000/hub',
      insecure: true,
      blocked: false,
      origin: '/r.conf:5',
      mirrors: [
        { location: 'm1.example', insecure: false, pulls: 'all', origin: '/r.conf:9: mirror 1' },
        { location: 'm2.example', insecure: true, pulls: 'tag-only', origin: '/r.conf:11: mirror 2' },
      ],
    },
    expect.objectContaining({
      prefix: 'a.example/b:1',
      mirrors: [{ location: 'm3.example', insecure: false, pulls: 'digest-only', origin: '/r.conf:18: mirror 1' }],
    }),
    { prefix: '*.bad.example', location: '', insecure: false, blocked: true, origin: '/r.conf:22', mirrors: [] },
  ])
  expect(file.aliases.get('fedora')).toMatchObject({
    origin: '/r.conf:24',
    value: { domain: 'registry.fedoraproject.org' },
  })
  expect(file.aliases.has('gone') && file.aliases.get('gone')).toBeUndefined()
})

// biome-ignore format: a table
test.for([
  ['\na = ',                                                         /^\/r\.conf:2: /],
  ['[registries.search]\nregistries = ["docker.io"]',                /:1: .*version 1/],
  ['registry = 1',                                                   /registry is not a list/],
  ['unqualified-search-registries = "docker.io"',                    /is not a list/],
  ['unqualified-search-registries = ["a b"]',                        /"a b" is not a registry/],
  ['short-name-mode = "maybe"',                                      /short-name-mode/],
  ['[[registry]]\ninsecure = true',                                  /neither prefix nor location/],
  ['[[registry]]\nlocation = "a"\ninsecure = "yes"',                 /registry\[0\].insecure is not true or false/],
  ['[[registry]]\nprefix = "*.a.b/c"',                               /prefix/],
  ['[[registry]]\nprefix = "a"\nlocation = "https://b"',             /registry\[0\].location/],
  ['[[registry]]\nprefix = "a.b/c:"',                                /:2: registry\[0\].prefix/],
  ['[[registry]]\nprefix = "a.b:tag"',                               /:2: registry\[0\].prefix/],
  ['[[registry]]\nlocation = "a.b/c:1"',                             /:2: registry\[0\].location/],
  ['[[registry]]\nlocation = "a"\npull-from-mirror = "all"',         /:1: registry\[0\].pull-from-mirror is for mirrors only/],
  ['[[registry]]\nlocation = "a"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "b"\npull-from-mirror = "all"', /:6: registry\[0\].mirror\[0\].pull-from-mirror does not go with/],
  ['[[registry]]\nprefix = "a"\n[[registry.mirror]]',                /mirror\[0\].location is not a string/],
  ['[aliases]\nx = "y"',                                             /:2: the alias "x" names no registry/],
  ['[aliases]\nx = 1',                                               /:2: the alias "x" is not a string/],
  ['[aliases]\nx = "a.b/c:1"',                                       /:2: the alias "x" has a tag or a digest/],
  ['[aliases]\n"x:1" = "a.b/c"',                                     /:2: the alias "x:1" is no short name/],
  ['[aliases]\n"a.b/c" = "a.b/d"',                                   /:2: the alias "a.b\/c" is no short name/],
  ['[aliases]\nx = "quay.io/Y"',                                     /lower case/],
] as const)('%j is refused in one line that names the file', ([text, words]) => {
  const oneLine = expect.stringMatching(/^\/r\.conf(:\d+)?: .+$/)
  expect(() => parseRegistriesConf(text, '/r.conf')).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG', message: oneLine }))
  expect(() => parseRegistriesConf(text, '/r.conf')).toThrow(words)
})

test('any text is a configuration or a TspodError of one line', () => {
  const piece = fc.constantFrom(
    '[[registry]]\n',
    '[[registry.mirror]]\n',
    '[aliases]\n',
    'prefix = ',
    'location = ',
    'insecure = ',
  )
  const value = fc.constantFrom(
    '"a.b"\n',
    '"*.a"\n',
    'true\n',
    '1\n',
    '["a"]\n',
    '{x = 1}\n',
    '"""',
    '\n',
    '\\',
    '"x" = "a.b/c"\n',
  )
  const text = fc.oneof(
    fc.array(fc.oneof(piece, value), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string(),
  )
  fc.assert(
    fc.property(text, (toml) => {
      try {
        parseRegistriesConf(toml, '/r.conf')
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        expect(error.message).toMatch(/^\/r\.conf(:\d+)?: [^\n]+$/)
      }
    }),
    { numRuns: 500 },
  )
})
