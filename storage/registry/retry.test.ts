import { expect, test } from 'vitest'
import { RegistryFailure } from './errors.ts'
import { DEFAULT_RETRY, parseRetryAfter, pauseAfter } from './retry.ts'

const failure = (retryable: boolean, retryAfterMs?: number) =>
  new RegistryFailure('E_REGISTRY_ERROR', 'x', { retryable, retryAfterMs })

test('the pauses grow up to a bound and end with the tries', () => {
  const policy = { ...DEFAULT_RETRY, tries: 8 }
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8].map((failures) => pauseAfter(failure(true), failures, policy))
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, undefined])
  expect(pauseAfter(failure(false), 1, policy)).toBeUndefined()
})

test('a pause the registry asks for is kept up to a minute', () => {
  expect(pauseAfter(failure(true, 60_000), 1, DEFAULT_RETRY)).toBe(60_000)
  expect(pauseAfter(failure(true, 0), 1, DEFAULT_RETRY)).toBe(0)
  expect(pauseAfter(failure(true, 60_001), 1, DEFAULT_RETRY)).toBeUndefined()
})

// biome-ignore format: a table
test.for([
  [undefined,                          undefined],
  ['30',                               30_000],
  ['-1',                               undefined],
  ['1e9',                              undefined],
  ['99999999999999999999',             undefined],
  ['soon',                             undefined],
  ['Thu, 01 Jan 1970 00:01:00 GMT',    50_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT',    0],
] as const)('Retry-After: %s is %s ms', ([header, expected]) => {
  expect(parseRetryAfter(header, 10_000)).toBe(expected)
})
