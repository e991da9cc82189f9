import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneLine, printable, printableLines, printableLogLine } from './printable.ts'

test('lines become one, and nothing in it is obeyed by a terminal', () => {
  expect(oneLine('a\n  b\u001b[31m')).toBe('a; b\ufffd[31m')
  expect(printable('a\u202eb\u009bc')).toBe('a\ufffdb\ufffdc')
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\u202a-\u202e]/u.test(printable(text))))
})

test('lines and columns stay, and colours where they are ours', () => {
  const text = 'a\tb\n\u001b[1;31mred\u001b[0m\u001b[2J\r\u202e'
  expect(printableLines(text, { colours: false })).toBe('a\tb\n\ufffd[1;31mred\ufffd[0m\ufffd[2J\ufffd\ufffd')
  expect(printableLines(text, { colours: true })).toBe('a\tb\n\u001b[1;31mred\u001b[0m\ufffd[2J\ufffd\ufffd')
})

// biome-ignore format: a table
test.for([
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['10%\r100%\r', '100%'],
  ['\r\r', ''],
  ['a\tb', 'a    b'],
  ['\u001b', '\ufffd'],
  ['\u001bPdcs\u001b\\x', 'x'],
  ['\u0000', '\ufffd'],
] as const)('of the line %j of a log %j is left', ([line, left]) => {
  expect(printableLogLine(line)).toBe(left)
})

test('whatever a line is, nothing is left that a terminal obeys, and soon', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(printableLogLine(text))))
  const before = process.cpuUsage()
  printableLogLine('\u001b['.repeat(100_000))
  printableLogLine('\u001b]'.repeat(100_000))
  printableLogLine(`${'\r'.repeat(300_000)}x`)
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000) // milliseconds, whatever else the machine does
})
