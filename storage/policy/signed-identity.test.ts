import { expect, test } from 'vitest'
import { normalizeReference } from '../registry/reference.ts'
import { acceptsIdentity, parseClaimedName, type SignedIdentity } from './signed-identity.ts'

const DIGEST = `sha256:${'0'.repeat(64)}`
const remap = { type: 'remapIdentity', prefix: 'mirror.example/hub', signedPrefix: 'docker.io' } as const

// biome-ignore format: a table
test.for([
  // asked for                       signed as                          accepted
  [{ type: 'matchExact' },             'alpine',                          'docker.io/library/alpine:latest', true],
  [{ type: 'matchExact' },             'alpine:1',                        'docker.io/library/alpine:2',      false],
  [{ type: 'matchExact' },             'alpine:latest',                   'alpine',                          false],
  [{ type: 'matchExact' },             `alpine:1@${DIGEST}`,              'alpine:1',                        false],
  [{ type: 'matchExact' },             `alpine:1@${DIGEST}`,              `alpine@${DIGEST}`,                true],
  [{ type: 'matchRepoDigestOrExact' }, 'alpine:1',                        'alpine:1',                        true],
  [{ type: 'matchRepoDigestOrExact' }, 'alpine:1',                        'alpine:2',                        false],
  [{ type: 'matchRepoDigestOrExact' }, 'alpine:latest',                   'alpine',                          false],
  [{ type: 'matchRepoDigestOrExact' }, `alpine:1@${DIGEST}`,              'alpine:2',                        true],
  [{ type: 'matchRepoDigestOrExact' }, `alpine@${DIGEST}`,                'alpine',                          false],
  [{ type: 'matchRepoDigestOrExact' }, `alpine@${DIGEST}`,                'busybox:1',                       false],
  [{ type: 'matchRepository' },        'alpine:1',                        'alpine',                          true],
  [{ type: 'matchRepository' },        'alpine:1',                        'quay.io/library/alpine:1',        false],
  [remap,                              'mirror.example/hub/library/x:1',  'x:1',                             true],
  [remap,                              'mirror.example/hub/library/x:1',  'x:2',                             false],
  [remap,                              'mirror.example/hubs/x:1',         'docker.io/s/x:1',                 false],
  [remap,                              'other.example/x:1',               'other.example/x:1',               true],
] as const)('%j: asked for %s, signed as %s: %s', ([identity, asked, claimed, accepted]) => {
  expect(acceptsIdentity(identity, normalizeReference(asked), parseClaimedName(claimed))).toBe(accepted)
})

test('an image without a name can only be signed under one that the policy gives', () => {
  const claimed = parseClaimedName('a.b/c:1')
  const accepts = (identity: SignedIdentity): boolean => acceptsIdentity(identity, undefined, claimed)
  expect(accepts({ type: 'exactReference', dockerReference: 'a.b/c:1' })).toBe(true)
  expect(accepts({ type: 'exactRepository', dockerRepository: 'a.b/c' })).toBe(true)
  for (const type of ['matchExact', 'matchRepoDigestOrExact', 'matchRepository'] as const)
    expect(accepts({ type })).toBe(false)
})

test.for(['docker://a.b/c:1', 'http://a.b/c', 'A:1', '', 'a b', 'a:1:2'])('%j is no name to be signed as', (text) => {
  expect(() => parseClaimedName(text)).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE' }))
})
