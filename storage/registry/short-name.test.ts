import { expect, test } from 'vitest'
import { sha256 } from './fake-registry.ts'
import { parseRegistriesConf } from './parse-registries-conf.ts'
import { formatReference, parseReference } from './reference.ts'
import { DEFAULT_REGISTRIES, mergeRegistries } from './registries-config.ts'
import { choicesFor, resolveShortName } from './short-name.ts'

function resolve(text: string, toml?: string): string[] {
  const parsed = parseReference(text)
  if (parsed.qualified) throw new Error('not a short name')
  const config = toml === undefined ? DEFAULT_REGISTRIES : mergeRegistries([parseRegistriesConf(toml, 'r.conf')])
  return resolveShortName(parsed.name, config).map(formatReference)
}

test('means Docker Hub where nothing is configured', () => {
  expect(resolve('alpine')).toEqual(['docker.io/library/alpine:latest'])
  expect(resolve('team/app:1', 'short-name-mode = "enforcing"')).toEqual(['docker.io/team/app:1'])
})

test('is looked for on each registry, in order', () => {
  const toml = 'unqualified-search-registries = ["quay.io", "docker.io", "reg.example:5000/team"]'
  expect(resolve('x:1', toml)).toEqual(['quay.io/x:1', 'docker.io/library/x:1', 'reg.example:5000/team/x:1'])
})

test('an alias decides alone, and leaves the tag to the user', () => {
  const toml = 'unqualified-search-registries = ["quay.io"]\n[aliases]\n"x" = "reg.example/team/y"'
  const digest = sha256('x')
  expect(resolve('x', toml)).toEqual(['reg.example/team/y:latest'])
  expect(resolve('x:2', toml)).toEqual(['reg.example/team/y:2'])
  expect(resolve(`x@${digest}`, toml)).toEqual([`reg.example/team/y@${digest}`])
  expect(resolve('a/x', toml)).toEqual(['quay.io/a/x:latest'])
})

test('is refused where no registry may be searched, naming the file', () => {
  expect(() => resolve('x', 'unqualified-search-registries = []')).toThrow(
    expect.objectContaining({ code: 'E_SHORT_NAME', message: expect.stringContaining('r.conf') }),
  )
})

test('is refused where several could be meant and the mode is enforcing', () => {
  const toml = 'short-name-mode = "enforcing"\nunqualified-search-registries = ["quay.io", "docker.io"]'
  expect(() => resolve('x', toml)).toThrow(expect.objectContaining({ code: 'E_SHORT_NAME' }))
})

test('has no alias where short names are disabled, and then is on each registry', () => {
  const toml = 'short-name-mode = "disabled"\nunqualified-search-registries = ["a.b", "c.d"]\n[aliases]\nx = "e.f/x"'
  expect(resolve('x', toml)).toEqual(['a.b/x:latest', 'c.d/x:latest'])
})

// biome-ignore format: a table
test.for([
  // mode, registries, what is asked
  ['enforcing',  '["a.b", "c.d"]', ['a.b/x:1', 'c.d/x:1']],
  ['permissive', '["a.b", "c.d"]', ['a.b/x:1', 'c.d/x:1']],
  ['disabled',   '["a.b", "c.d"]', []],
  ['enforcing',  '["a.b"]',        []],
] as const)('in the mode %s on %s a user is to choose of %j', ([mode, registries, choices]) => {
  const toml = `short-name-mode = "${mode}"\nunqualified-search-registries = ${registries}\n[aliases]\ny = "e.f/y"`
  const config = mergeRegistries([parseRegistriesConf(toml, 'r.conf')])
  expect(choicesFor({ path: 'x', tag: '1' }, config).map(formatReference)).toEqual(choices)
  expect(choicesFor({ path: 'y', tag: '1' }, config)).toEqual([])
})
