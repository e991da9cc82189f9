import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseSize } from './parse-size.ts'

test.for([
  ['0', 0],
  ['512', 512],
  ['512b', 512],
  ['1k', 1024],
  ['64m', 67_108_864],
  ['64MB', 67_108_864],
  ['64 MiB', 67_108_864],
  ['1.5g', 1_610_612_736],
  ['1T', 2 ** 40],
] as const)('parseSize %s is %i', ([text, sizeBytes]) => {
  expect(parseSize(text)).toBe(sizeBytes)
})

test.for(['', '-1', 'm', '1x', '1.', '0x10', '1e3', '9999999t', '64mm', '１'])('parseSize refuses %j', (text) => {
  expect(() => parseSize(text, '--memory')).toThrow(/invalid --memory .*: not a size/)
})

test('whatever the text, parseSize gives a whole number or E_BAD_SIZE', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{1,20} ?[kmgtpxKMG]?i?b?$/)), (text) => {
      try {
        expect(Number.isSafeInteger(parseSize(text))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
