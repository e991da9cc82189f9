import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { formatPayload, parsePayload } from './payload.ts'

const DIGEST = `sha256:${'a'.repeat(64)}` as const
const fail = (problem: string) => new TspodError('E_BAD_POLICY', problem)
const read = (text: string) => parsePayload(Buffer.from(text), fail)

const right = {
  identity: { 'docker-reference': 'a.b/c:1' },
  image: { 'docker-manifest-digest': DIGEST },
  type: 'cosign container image signature',
}

test('what we write is what we read, and what cosign writes, too', () => {
  const claim = { manifestDigest: DIGEST as never, dockerReference: 'a.b/c:1' }
  const bytes = formatPayload(claim, { creator: 'me', nowMs: 1500 })
  expect(parsePayload(bytes, fail)).toEqual(claim)
  expect(JSON.parse(bytes.toString())).toEqual({ critical: right, optional: { creator: 'me', timestamp: 1 } })
  expect(read(JSON.stringify({ critical: right, optional: null }))).toEqual(claim)
  expect(read(JSON.stringify({ critical: right, optional: { any: ['thing'] } }))).toEqual(claim)
})

// biome-ignore format: a table
test.for([
  [{ critical: right, more: 1 },                                              'it has "more"'],
  [{ optional: null },                                                        'critical is not an object'],
  [{ critical: { ...right, more: 1 } },                                       'critical has "more"'],
  [{ critical: { ...right, type: 'other' } },                                 'it is a "other"'],
  [{ critical: { ...right, image: {} } },                                     'docker-manifest-digest is not a string'],
  [{ critical: { ...right, image: { 'docker-manifest-digest': 'sha256:x' } } }, 'docker-manifest-digest is not a sha256 digest'],
  [{ critical: { ...right, identity: [] } },                                  'identity is not an object'],
] as const)('%j: %s', ([value, problem]) => {
  expect(() => read(JSON.stringify(value))).toThrow(problem)
})

test('two meanings are none', () => {
  const twice = `{"critical": ${JSON.stringify(right)}, "critical": {}}`
  expect(() => read(twice)).toThrow('"critical" is there twice')
  expect(() => parsePayload(Buffer.from([0x22, 0xff, 0x22]), fail)).toThrow('it is not UTF-8')
})

test('any bytes are a claim or an error of one line', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.json().map((text) => Buffer.from(`{"critical": ${text}}`)),
  )
  fc.assert(
    fc.property(bytes, (payload) => {
      try {
        parsePayload(payload, fail)
      } catch (error) {
        if (!(error instanceof TspodError)) throw error
        expect(error.message).toMatch(/^[^\n]+$/)
      }
    }),
  )
})
