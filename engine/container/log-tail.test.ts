import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findTail } from './log-tail.ts'

const directory = mkdtempSync(join(tmpdir(), 'log-tail-'))
afterAll(() => rmSync(directory, { recursive: true }))

const TIME = '2026-01-01T00:00:00.000000000+00:00'

function tail(log: string, count: number): string {
  const path = join(directory, 'log')
  writeFileSync(path, log)
  const fd = openSync(path, 'r')
  try {
    return log.slice(findTail(fd, Buffer.byteLength(log), count))
  } finally {
    closeSync(fd)
  }
}

const lines = [
  `${TIME} stdout F one\n`,
  `${TIME} stdout P two \n`,
  `${TIME} stdout P halves\n`,
  `${TIME} stdout F of it\n`,
  `${TIME} stderr F three\n`,
]

test.for([
  [0, 5],
  [1, 4],
  [2, 1],
  [3, 0],
  [99, 0],
] as const)('the last %i lines begin at the %i. line of the file', ([count, first]) => {
  expect(tail(lines.join(''), count)).toBe(lines.slice(first).join(''))
})

test('a last piece without its end counts as a line', () => {
  const log = [...lines, `${TIME} stdout P open\n`]
  expect(tail(log.join(''), 1)).toBe(log.slice(5).join(''))
  expect(tail(log.join(''), 2)).toBe(log.slice(4).join(''))
})

test('an empty log has no lines', () => {
  expect(tail('', 5)).toBe('')
})

test('lines across the blocks that it reads', () => {
  const many = Array.from({ length: 60_000 }, (_, i) => `${TIME} stdout F ${i}${'x'.repeat(i % 97)}\n`)
  const log = many.join('')
  for (const count of [1, 100, 9_000, 11_111, 20_000, 59_999, 60_000]) {
    expect(tail(log, count)).toBe(many.slice(-count).join(''))
  }
})

test('a line longer than a block', () => {
  const log = [`${TIME} stdout F a\n`, `${TIME} stdout F ${'y'.repeat(3 << 20)}\n`, `${TIME} stdout F b\n`]
  expect(tail(log.join(''), 1)).toBe(log[2])
  expect(tail(log.join(''), 2)).toBe(log.slice(1).join(''))
  expect(tail(log.join(''), 3)).toBe(log.join(''))
})
