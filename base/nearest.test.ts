import { expect, test } from 'vitest'
import { nearest, orMeant } from './nearest.ts'

test.for([
  ['dettach', ['detach', 'attach'], 'detach'],
  ['evn', ['env', 'rm'], 'env'],
  ['imags', ['image', 'images', 'info'], 'image'],
  ['zzzz', ['env', 'rm'], undefined],
  ['x', [], undefined],
] as const)('nearest to %s in %j is %s', ([word, candidates, expected]) => {
  expect(nearest(word, candidates)).toBe(expected)
})

test.for([
  ['wbe', ['db', 'web'], 'did you mean web? Else list them'],
  ['postgers', ['redis', 'postgres'], 'did you mean postgres? Else list them'],
  ['ab', ['xy'], 'list them'],
  ['f', ['a'], 'list them'],
  ['database', ['datum'], 'list them'],
] as const)('what was meant by %s of %j', ([name, names, hint]) => {
  expect(orMeant(name, names, 'list them')).toBe(hint)
})
