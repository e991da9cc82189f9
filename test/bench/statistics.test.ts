import { expect, test } from 'vitest'
import { summarize } from './statistics.ts'

test.for([
  [[3], { median: 3, min: 3, max: 3 }],
  [[4, 1], { median: 2.5, min: 1, max: 4 }],
  [[10, 9, 2], { median: 9, min: 2, max: 10 }],
  [[1, 100, 2, 3], { median: 2.5, min: 1, max: 100 }],
] as const)('summarizes %j', ([samples, summary]) => {
  expect(summarize(samples)).toEqual(summary)
})

test('has nothing to say of nothing', () => {
  expect(() => summarize([])).toThrow('no samples')
})
