import { expect, test } from 'vitest'
import { parseFailure } from './failure.ts'

const failure = { code: 'E_X', message: 'm', hint: null, exitCode: 125, atMs: 1 }

test('what was kept is read, and nothing else', () => {
  expect(parseFailure(JSON.stringify(failure))).toEqual(failure)
  for (const text of ['', '{', 'null', '[]', '{"code":1}', JSON.stringify({ ...failure, hint: 1 })]) {
    expect(parseFailure(text)).toBeUndefined()
  }
})
