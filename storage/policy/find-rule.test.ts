import { expect, test } from 'vitest'
import { normalizeReference } from '../registry/reference.ts'
import { findRule, type PolicyPlace } from './find-rule.ts'
import { parseTrustPolicy } from './parse-trust-policy.ts'

function decider(place: PolicyPlace, scopes: readonly string[]): string {
  const rule = [{ type: 'reject' }]
  const own = Object.fromEntries(scopes.map((scope) => [scope, rule]))
  const policy = parseTrustPolicy(JSON.stringify({ default: rule, transports: { [place.transport]: own } }), 'p')
  return findRule(policy, place).origin.replace(/^p:1 \((.*)\)$/, '$1')
}

const docker = (name: string): PolicyPlace => ({ transport: 'docker', reference: normalizeReference(name) })

// biome-ignore format: a table
test.for([
  // each decides where those before it are not there
  ['alpine',                       ['docker.io/library/alpine:latest', 'docker.io/library/alpine', 'docker.io/library', 'docker.io', '*.io', '']],
  ['a.b.example.com:5000/x/y:1',   ['a.b.example.com:5000/x/y:1', 'a.b.example.com:5000/x/y', 'a.b.example.com:5000/x', 'a.b.example.com:5000', '*.b.example.com', '*.example.com', '*.com', '']],
] as const)('%s is decided by the most specific of its scopes', ([name, scopes]) => {
  for (const [index, scope] of scopes.entries()) {
    expect(decider(docker(name), scopes.slice(index))).toBe(scope === '' ? 'docker' : `docker "${scope}"`)
  }
  expect(decider(docker(name), ['docker.i', 'example.com', '*.a.b.example.com', 'io', 'library/alpine', 'x/y'])).toBe('default')
})

test('a digest says which image it is, whatever the tag beside it', () => {
  const digest = `sha256:${'0'.repeat(64)}`
  expect(decider(docker(`a.b/c:1@${digest}`), ['a.b/c:1', 'a.b/c'])).toBe('docker "a.b/c"')
  expect(decider(docker(`a.b/c:1@${digest}`), [`a.b/c@${digest}`, 'a.b/c'])).toBe(`docker "a.b/c@${digest}"`)
})

test('a path is decided by itself, then by the directories above it', () => {
  const place = { transport: 'oci', path: '/a/b/c', name: 'x' } as const
  const scopes = ['/a/b/c:x', '/a/b/c', '/a/b', '/a', '']
  for (const [index, scope] of scopes.entries()) {
    expect(decider(place, scopes.slice(index))).toBe(scope === '' ? 'oci' : `oci "${scope}"`)
  }
  expect(decider(place, ['/a/b/c:y', '/a/b/d', '/b'])).toBe('default')
  expect(decider({ transport: 'docker-archive', path: '/a/b' }, [''])).toBe('docker-archive')
})
