import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseSignatureManifest } from './attached-signatures.ts'

test('whatever lies under the tag is a list of signatures or an error of one line', () => {
  const digest = fc.constantFrom(`sha256:${'a'.repeat(64)}`, 'sha256:a', '', 7)
  const descriptor = fc.oneof(
    fc.record(
      { mediaType: fc.constantFrom('x', 1, null), digest, size: fc.constantFrom(1, -1, 1e30, '1') },
      { requiredKeys: [] },
    ),
    fc.constant(null),
  )
  const manifest = fc.record(
    { config: descriptor, layers: fc.oneof(fc.array(descriptor), fc.json()) },
    { requiredKeys: [] },
  )
  const text = fc.oneof(
    manifest.map((one) => JSON.stringify(one)),
    fc.json(),
    fc.string(),
  )
  fc.assert(
    fc.property(text, (json) => {
      try {
        parseSignatureManifest({ bytes: Buffer.from(json) }, 'x.sig')
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        expect(error.message).toMatch(/^x\.sig is not a list of signatures: [^\n]+$/)
      }
    }),
  )
  const layer = { mediaType: 'x', digest: `sha256:${'a'.repeat(64)}`, size: 1 }
  const many = { config: layer, layers: Array.from({ length: 257 }, () => layer) }
  expect(() => parseSignatureManifest({ bytes: Buffer.from(JSON.stringify(many)) }, 'x.sig')).toThrow('more than 256')
})
