import { expect, test } from 'vitest'
import { goSlice } from './go-map.ts'

test('a slice that has nothing is null in JSON, and a list otherwise', () => {
  expect(JSON.stringify({ none: goSlice([]), some: goSlice([1]) })).toBe('{"none":null,"some":[1]}')
  expect([...goSlice([])]).toEqual([])
})
