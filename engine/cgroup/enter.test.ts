import { expect, test } from 'vitest'
import { commonAncestor } from './enter.ts'

test.each([
  ['/c/user.slice/session-1.scope', '/c/user.slice/user@1.service/a', '/c/user.slice'],
  ['/c/a', '/c/a/b', '/c/a'],
  ['/c/ab', '/c/a', '/c'],
  ['/a', '/b', '/'],
])('%s and %s meet in %s', (a, b, expected) => {
  expect(commonAncestor(a, b)).toBe(expected)
  expect(commonAncestor(b, a)).toBe(expected)
})
