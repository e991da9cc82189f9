import { expect, test } from 'vitest'
import { hasDependents } from './dependents.ts'

test('of many dependents the first are named', () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ name: `c${index}` }))
  expect(hasDependents('base', many).message).toBe(
    'cannot remove container base: c0, c1, c2, c3, c4 and 295 more depend on it',
  )
})
