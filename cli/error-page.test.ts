import { expect, test } from 'vitest'
import { errorPage, explainCode, knownCodes } from './error-page.ts'

test('no code is in two areas, and each has two sentences', () => {
  const codes = knownCodes()
  expect(new Set(codes).size).toBe(codes.length)
  for (const code of codes) {
    const [, , meaning, advice] = explainCode(code) ?? []
    expect([code, meaning]).toEqual([code, expect.stringMatching(/^ {2}.+\.$/)])
    expect([code, advice]).toEqual([code, expect.stringMatching(/^ {2}.+[.,:a-z]$/)])
  }
})

test('the page has a row for each', () => {
  const rows = errorPage()
    .split('\n')
    .filter((line) => line.startsWith('| `E_'))
  expect(rows.length).toBe(knownCodes().length)
  expect(rows.every((row) => row.split(/(?<!\\)\|/).length === 6)).toBe(true)
})

test('one of them is explained', () => {
  expect(explainCode('E_CONTAINER_RUNNING')).toEqual([
    ...['E_CONTAINER_RUNNING', '', '  The container runs, so it cannot be removed.'],
    ...['  Stop it first, or use "tspod rm -f".', '', '  Exit status: 2 with rm, 1 as docker'],
  ])
  expect(explainCode('E_')).toBeUndefined()
})
