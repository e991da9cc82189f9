import { expect, test } from 'vitest'
import { endpointsFor, pushEndpoint } from './endpoint.ts'
import { sha256 } from './fake-registry.ts'
import { parseRegistriesConf } from './parse-registries-conf.ts'
import { normalizeReference } from './reference.ts'
import { DEFAULT_REGISTRIES, mergeRegistries } from './registries-config.ts'

function urls(name: string, toml = '', options: { tlsVerify?: boolean } = {}): string[] {
  const config = toml === '' ? DEFAULT_REGISTRIES : mergeRegistries([parseRegistriesConf(toml, 'r.conf')])
  return endpointsFor(normalizeReference(name), config, options).map(({ host, repositoryPath, protocols }) => {
    const schemes = protocols.map(({ scheme, verify }) => (scheme === 'https' && !verify ? 'https?' : scheme))
    return `${schemes.join('|')} ${host} ${repositoryPath}`
  })
}

test('without configuration: the registry itself, with TLS, on localhost too', () => {
  expect(urls('alpine')).toEqual(['https registry-1.docker.io library/alpine'])
  expect(urls('localhost:5000/x')).toEqual(['https localhost:5000 x'])
})

test('mirrors come first, then the location, each with the rest of the name', () => {
  const toml = `[[registry]]
    prefix = "docker.io"
    location = "proxy.example/hub"
    [[registry.mirror]]
    location = "localhost:5000"
    insecure = true
    [[registry.mirror]]
    location = "m.example/a/b"`
  expect(urls('alpine', toml)).toEqual([
    'https?|http localhost:5000 library/alpine',
    'https m.example a/b/library/alpine',
    'https proxy.example hub/library/alpine',
  ])
  const [mirror, , main] = endpointsFor(
    normalizeReference('alpine'),
    mergeRegistries([parseRegistriesConf(toml, 'r.conf')]),
  )
  expect(mirror).toMatchObject({ isMirror: true, origin: 'r.conf:4: mirror 1', registry: 'localhost:5000' })
  expect(main).toMatchObject({ isMirror: false, origin: 'r.conf:1' })
})

test('the longest prefix decides, at the borders of components only', () => {
  const toml = `
    [[registry]]
    prefix = "a.example"
    location = "one"
    [[registry]]
    prefix = "a.example/team"
    location = "two"
    [[registry]]
    prefix = "*.example"
    insecure = true`
  expect(urls('a.example/x', toml)).toEqual(['https one x'])
  expect(urls('a.example/team/x', toml)).toEqual(['https two x'])
  expect(urls('a.example/teams/x', toml)).toEqual(['https one teams/x'])
  expect(urls('b.example/x', toml)).toEqual(['https?|http b.example x'])
  expect(urls('a.example:5000/x', toml)).toEqual(['https?|http a.example:5000 x'])
  expect(urls('bexample.org/x', toml)).toEqual(['https bexample.org x'])
})

test('a location that leaves no name is the fault of its file', () => {
  expect(() => urls('a.example/x', '[[registry]]\nprefix = "a.example/x"\nlocation = "b.example"')).toThrow(
    expect.objectContaining({ code: 'E_BAD_CONFIG', message: expect.stringContaining('r.conf:1: ') }),
  )
})

test('mirrors may be for digests or tags only', () => {
  const toml = `[[registry]]
    location = "a.example"
    [[registry.mirror]]
    location = "digests"
    pull-from-mirror = "digest-only"
    [[registry.mirror]]
    location = "tags"
    pull-from-mirror = "tag-only"`
  expect(urls('a.example/x:1', toml)).toEqual(['https tags x', 'https a.example x'])
  expect(urls(`a.example/x@${sha256('x')}`, toml)).toEqual(['https digests x', 'https a.example x'])
})

test('--tls-verify overrides the files', () => {
  const insecure = '[[registry]]\nlocation = "a.example"\ninsecure = true'
  expect(urls('a.example/x', insecure, { tlsVerify: true })).toEqual(['https a.example x'])
  expect(urls('b.example/x', insecure, { tlsVerify: false })).toEqual(['https?|http b.example x'])
})

test('a blocked registry is refused, naming the file', () => {
  expect(() => urls('a.example/x', '[[registry]]\nprefix = "a.example"\nblocked = true')).toThrow(
    expect.objectContaining({ code: 'E_REGISTRY_BLOCKED', message: 'a.example is blocked by r.conf:3' }),
  )
})

test('a prefix may be one tag or one digest', () => {
  const digest = sha256('x')
  const blocked = (prefix: string): string => `[[registry]]\nprefix = "${prefix}"\nblocked = true`
  for (const prefix of ['a.example/x:1', 'a.example/x', 'a.example', '*.example']) {
    expect(() => urls('a.example/x:1', blocked(prefix))).toThrow(/^.*blocked by r\.conf:3$/)
  }
  expect(() => urls(`a.example/x@${digest}`, blocked(`a.example/x@${digest}`))).toThrow(/blocked/)
  for (const prefix of ['a.example/x:2', 'a.example/x1', `a.example/x@${digest}`]) {
    expect(urls('a.example/x:1', blocked(prefix))).toEqual(['https a.example x'])
  }
  expect(urls('a.example/x:1', '[[registry]]\nprefix = "a.example/x:1"\nlocation = "b/y"')).toEqual(['https b y'])
})

test('a wildcard may have a location, which stands for the host', () => {
  expect(urls('a.b.example/x/y', '[[registry]]\nprefix = "*.example"\nlocation = "mirror/of"')).toEqual([
    'https mirror of/x/y',
  ])
})

test('what is written goes to the place that the name says', () => {
  const toml = `[[registry]]
    prefix = "a.example"
    location = "elsewhere"
    insecure = true
    [[registry.mirror]]
    location = "mirror"
    [[registry]]
    prefix = "*.bad"
    blocked = true`
  const config = mergeRegistries([parseRegistriesConf(toml, 'r.conf')])
  expect(pushEndpoint(normalizeReference('a.example/x'), config)).toMatchObject({
    host: 'a.example',
    repositoryPath: 'x',
    protocols: [{ verify: false }, { scheme: 'http' }],
  })
  expect(pushEndpoint(normalizeReference('alpine'), config)).toMatchObject({ host: 'registry-1.docker.io' })
  expect(() => pushEndpoint(normalizeReference('a.bad:1/x'), config)).toThrow('*.bad is blocked by r.conf:9')
})
