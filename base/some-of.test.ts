import { expect, test } from 'vitest'
import { someOf } from './some-of.ts'

test('a few are named, of many the first', () => {
  expect(someOf(['a', 'b'])).toBe('a, b')
  expect(someOf(Array.from({ length: 300 }, (_, index) => `c${index}`))).toBe('c0, c1, c2, c3, c4 and 295 more')
})
