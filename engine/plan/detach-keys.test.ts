import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDetachKeys } from './detach-keys.ts'

test.for([
  ['ctrl-p,ctrl-q', '1011'],
  ['', ''],
  ['a', '61'],
  ['ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_', '001b1c1d1e1f'],
  ['CTRL-A,x', '0178'],
] as const)('%s are the bytes %s', ([text, bytes]) => {
  expect(parseDetachKeys(text)).toBe(bytes)
})

test.for(['ctrl-', 'ctrl-1', 'ab', ',', 'a,,b', 'ctrl-ab', 'é', 'a,'.repeat(20)])('%j are no keys', (text) => {
  expect(() => parseDetachKeys(text)).toThrow(expect.objectContaining({ code: 'E_BAD_DETACH_KEYS' }))
})

test('any text is keys or one clear error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(parseDetachKeys(text)).toMatch(/^([0-9a-f]{2}){0,16}$/)
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_BAD_DETACH_KEYS' })
      }
    }),
  )
})
