import { expect, test } from 'vitest'
import { parseKeyUsers } from './read-kernel.ts'
import { firstFree, sharers } from './read-subids.ts'

test('who has the same ids', () => {
  const text = 'ann:100000:65536\nbob:165535:10\ncarl:165536:65536\n1000:1:1\n# dan:100000:1\nwrong\n'
  const ann = { name: 'ann', uid: 1000 }
  expect(sharers(text, ann, [{ start: 100_000, count: 65_536 }])).toEqual(['bob'])
  expect(sharers(text, ann, [])).toEqual([])
})

test('where ids are free', () => {
  expect(firstFree([])).toBe(100_000)
  expect(
    firstFree([
      { start: 200_000, count: 10 },
      { start: 5, count: 5 },
    ]),
  ).toBe(200_010)
})

test('keys by the user', () => {
  const text = '    0:     2 1/1 1/1000000 10/25000000\n 1000:    12 11/11 7/200 150/20000\n'
  expect(parseKeyUsers(text, 1000)).toEqual({ used: 7, most: 200 })
  expect(parseKeyUsers(text, 1)).toBeUndefined()
  expect(parseKeyUsers('nonsense', 1)).toBeUndefined()
})
