import { expect, test } from 'vitest'
import { pauseAfter } from './live.ts'

test('what is used is looked at less often the more that costs', () => {
  expect(pauseAfter(5, 1000)).toBe(1000)
  expect(pauseAfter(5, 2000)).toBe(2000)
  expect(pauseAfter(60, 1000)).toBeCloseTo(2000)
  expect(pauseAfter(90, 2000)).toBeCloseTo(3000)
  expect(pauseAfter(1e6, 1000)).toBe(4000)
})
