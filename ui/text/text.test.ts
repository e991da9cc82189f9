import { expect, test } from 'vitest'
import { formatAgo, formatDuration } from './durations.ts'
import { formatSize } from './sizes.ts'
import { formatTable } from './table.ts'
import { formatGoTime, formatJsonTime } from './times.ts'
import { shortCommand, shortId } from './truncate.ts'
import { formatYaml } from './yaml.ts'

test.for([
  [0, '0B'],
  [1, '1B'],
  [999, '999B'],
  [1000, '1kB'],
  [1024, '1.02kB'],
  [35_600, '35.6kB'],
  [999_900, '1e+03kB'],
  [1_000_000, '1MB'],
  [7_340_000, '7.34MB'],
  [1_090_000_000, '1.09GB'],
  [1_100_000_000, '1.1GB'],
  [5e12, '5TB'],
] as const)('%i bytes are %s', ([bytes, text]) => {
  expect(formatSize(bytes)).toBe(text)
})

const S = 1000
const M = 60 * S
const H = 60 * M
test.for([
  [0, 'Less than a second'],
  [S, '1 second'],
  [59 * S, '59 seconds'],
  [60 * S, 'About a minute'],
  [119 * S, 'About a minute'],
  [120 * S, '2 minutes'],
  [59 * M, '59 minutes'],
  [60 * M, 'About an hour'],
  [89 * M, 'About an hour'],
  [90 * M, '2 hours'],
  [47 * H, '47 hours'],
  [48 * H, '2 days'],
  [13 * 24 * H, '13 days'],
  [14 * 24 * H, '2 weeks'],
  [60 * 24 * H, '2 months'],
  [729 * 24 * H, '24 months'],
  [730 * 24 * H, '2 years'],
] as const)('%i ms are %s', ([ms, text]) => {
  expect(formatDuration(ms)).toBe(text)
  expect(formatAgo(1000, 1000 + ms)).toBe(`${text} ago`)
})

test('a clock that went back shows no negative time', () => {
  expect(formatAgo(5000, 1000)).toBe('Less than a second ago')
})

test('columns are as wide as their widest cell and two spaces, and at least 12', () => {
  expect(
    formatTable([
      ['ID', 'IMAGE', 'NAMES'],
      ['0123456789ab', 'x', 'größe'],
    ]),
  ).toEqual(['ID            IMAGE       NAMES', '0123456789ab  x           größe'])
  expect(formatTable([])).toEqual([])
})

test('what is in a cell does nothing to the terminal', () => {
  expect(formatTable([['a\u001b]0;title\u0007', 'b\u009b2J']])).toEqual(['a\ufffd]0;title\ufffd  b\ufffd2J'])
})

test('cells are as wide as their characters, not their bytes', () => {
  const [first = '', second = ''] = formatTable([
    ['ääääääääääää', 'x'],
    ['aaaaaaaaaaaa', 'x'],
  ])
  expect(first.indexOf('x')).toBe(second.indexOf('x'))
})

test.for([
  [['sleep', '10'], 'sleep 10'],
  [['12345678901234567'], '12345678901234567'],
  [['123456789012345678'], '12345678901234567...'],
] as const)('the command %j is %s', ([command, text]) => {
  expect(shortCommand(command)).toBe(text)
})

test('ids are cut to 12 digits', () => {
  expect(shortId(`sha256:${'0123456789'.repeat(6)}`)).toBe('012345678901')
})

test('times in the forms of Go', () => {
  const ms = Date.parse('2026-01-02T03:04:05.670Z')
  expect(formatGoTime(ms)).toBe('2026-01-02 03:04:05.67 +0000 UTC')
  expect(formatJsonTime(ms)).toBe('2026-01-02T03:04:05.67Z')
  expect(formatJsonTime(Date.parse('2026-01-02T03:04:00Z'))).toBe('2026-01-02T03:04:00Z')
  expect(formatJsonTime(null)).toBe('0001-01-01T00:00:00Z')
})

test('yaml', () => {
  const data = { a: 1, b: { c: 'x: y', d: [] }, e: [{ f: true, g: null }, 'h'], i: {}, j: '', k: 'true', l: '1' }
  expect(formatYaml(data)).toEqual([
    ...['a: 1', 'b:', '  c: "x: y"', '  d: []', 'e:', '- f: true', '  g: null', '- h', 'i: {}'],
    ...['j: ""', 'k: "true"', 'l: "1"'],
  ])
})
