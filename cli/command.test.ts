import { expect, test } from 'vitest'
import { forEachTarget } from './command.ts'

test('one that fails does not keep the others from being done', async () => {
  const failure = new Error('no')
  const done: string[] = []
  const result = await forEachTarget(['a', 'b', 'c'], (target) => {
    if (target === 'b') throw failure
    done.push(target)
  })
  expect(done).toEqual(['a', 'c'])
  expect(result).toEqual({ lines: ['a', 'c'], failures: [failure] })
})

test('what is printed may be something else than the target', async () => {
  const result = await forEachTarget(
    ['a', 'b'],
    (target) => target.toUpperCase(),
    (upper) => (upper === 'A' ? upper : undefined),
  )
  expect(result.lines).toEqual(['A'])
})
