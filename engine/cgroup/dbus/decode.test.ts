import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TspodError } from '../../../base/errors.ts'
import { decodeMessage } from './decode.ts'
import { encodeCall, written } from './encode.ts'

const call = encodeCall({
  serial: 7,
  path: '/a/b',
  interface: 'org.example.I',
  member: 'Do',
  signature: 'sus',
  body(writer) {
    writer.string('héllo')
    writer.uint32(4_000_000_000)
    writer.string('')
  },
})

describe('encode', () => {
  // Worked out by hand from the specification's rules: lengths, alignment, terminators.
  test.each([
    ['a string', () => written((w) => w.string('ab')), '02000000 616200'],
    ['a boolean', () => written((w) => w.boolean(true)), '01000000'],
    ['a 64-bit number', () => written((w) => w.uint64(2n ** 64n - 2n)), 'feffffffffffffff'],
    ['an empty array', () => written((w) => w.array(8, () => {})), '00000000 00000000'],
    ['numbers', () => written((w) => w.array(4, () => w.uint32(258))), '04000000 02010000'],
    [
      'structs in an array',
      () =>
        written((w) =>
          w.array(8, () => {
            for (const key of ['a', 'b']) {
              w.struct(() => {
                w.string(key)
                w.variant('b', () => w.boolean(false))
              })
            }
          }),
        ),
      // twice the key, the signature and the value, 16 bytes; the padding before the first does not count
      '20000000 00000000 01000000 6100 016200 000000 00000000 01000000 6200 016200 000000 00000000',
    ],
  ] as const)('writes %s', (_, bytes, hex) => {
    expect(bytes().toString('hex')).toBe(hex.replaceAll(' ', ''))
  })
})

describe('decodeMessage', () => {
  test('reads back what was written', () => {
    expect(decodeMessage(call)).toEqual({
      message: { type: 1, member: 'Do', errorName: '', replySerial: 0, body: ['héllo', 4_000_000_000, ''] },
      size: call.length,
    })
  })

  test('waits for the rest of a message, and leaves the next one alone', () => {
    for (let length = 0; length < call.length; length++) {
      expect(decodeMessage(call.subarray(0, length))).toBeUndefined()
    }
    expect(decodeMessage(Buffer.concat([call, call]))?.size).toBe(call.length)
  })

  test('refuses what is too large', () => {
    const large = Buffer.from(call)
    large.writeUInt32LE(1 << 30, 4)
    expect(() => decodeMessage(large)).toThrow(TspodError)
  })

  test('fails in words on anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(call.length - 1), fc.nat(255), (tail, place, value) => {
        const changed = Buffer.from(call)
        changed[place] = value
        for (const bytes of [Buffer.from(tail), Buffer.concat([changed, tail])]) {
          try {
            decodeMessage(bytes)
          } catch (error) {
            expect(error).toBeInstanceOf(TspodError)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})
