import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test.for([
  ['dettach', ['detach', 'attach'], 'detach'],
  ['evn', ['env', 'rm'], 'env'],
  ['imags', ['image', 'images', 'info'], 'image'],
  ['zzzz', ['env', 'rm'], undefined],
  ['x', [], undefined],
] as const)('nearest to %s in %j is %s', ([word, candidates, expected]) => {
  expect(nearest(word, candidates)).toBe(expected)
})
