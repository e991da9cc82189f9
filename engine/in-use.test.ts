import { expect, test } from 'vitest'
import { removeUsersFirst, someOf } from './in-use.ts'

test('a few users are named, of many the first', () => {
  expect(someOf(['a', 'b'])).toBe('a, b')
  expect(removeUsersFirst(['a', 'b'], 'volume=v', 'tspod volume rm -f v')).toBe(
    'remove them first with "tspod rm a b", or use "tspod volume rm -f v"',
  )
  expect(removeUsersFirst(['a'], 'network=n')).toBe('remove them first with "tspod rm a"')
  const many = Array.from({ length: 300 }, (_, index) => `c${index}`)
  expect(someOf(many)).toBe('c0, c1, c2, c3, c4 and 295 more')
  expect(removeUsersFirst(many, 'volume=v', 'tspod volume rm -f v')).toBe(
    'see them with "tspod ps -a --filter volume=v", or use "tspod volume rm -f v"',
  )
})
