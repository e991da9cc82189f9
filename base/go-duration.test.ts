import { expect, test } from 'vitest'
import { formatGoDuration } from './go-duration.ts'

test.for([
  [0, '0s'],
  [0.000_007, '7ns'],
  [0.0015, '1.5µs'],
  [5, '5ms'],
  [1500, '1.5s'],
  [60_000, '1m0s'],
  [3_661_500, '1h1m1.5s'],
  [-0.5, '-500µs'],
  [-90_000, '-1m30s'],
] as const)('%d ms as Go has them: %s', ([ms, text]) => {
  expect(formatGoDuration(ms)).toBe(text)
})
