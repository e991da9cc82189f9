import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHealthLog } from './read-health.ts'

test('what checks printed is kept byte for byte, newlines and all', () => {
  expect(parseHealthLog('1 2 0 3\na\nb\n5 9 -1 0\n\n')).toEqual([
    { startMs: 1, endMs: 2, exitCode: 0, output: 'a\nb' },
    { startMs: 5, endMs: 9, exitCode: -1, output: '' },
  ])
})

test('half a check at the end is left out', () => {
  const whole = '1 2 0 3\nabc\n4 5 1 2\nno\n'
  for (let length = 0; length < whole.length; length++) {
    expect(parseHealthLog(whole.slice(0, length)).length).toBe(length < 12 ? 0 : 1)
  }
})

test('any text is a number of checks', () => {
  fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseHealthLog(text))))
})
