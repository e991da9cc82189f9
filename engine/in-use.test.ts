import { expect, test } from 'vitest'
import { removeUsersFirst } from './in-use.ts'

test('how it is removed names a few users, and the way to many', () => {
  expect(removeUsersFirst(['a', 'b'], 'volume=v', 'tspod volume rm -f v')).toBe(
    'remove them first with "tspod rm a b", or use "tspod volume rm -f v"',
  )
  expect(removeUsersFirst(['a'], 'network=n')).toBe('remove them first with "tspod rm a"')
  const many = Array.from({ length: 300 }, (_, index) => `c${index}`)
  expect(removeUsersFirst(many, 'volume=v', 'tspod volume rm -f v')).toBe(
    'see them with "tspod ps -a --filter volume=v", or use "tspod volume rm -f v"',
  )
})
