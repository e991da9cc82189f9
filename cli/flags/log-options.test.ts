import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseTail, parseTime } from './log-options.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')

test.for([
  ['10m', NOW - 600_000],
  ['1h30m', NOW - 5_400_000],
  ['1.5s', NOW - 1500],
  ['-1s', NOW + 1000],
  ['1700000000', 1_700_000_000_000],
  ['1700000000.5', 1_700_000_000_500],
  ['2026-01-01T12:00:00Z', Date.parse('2026-01-01T12:00:00Z')],
  ['2026-01-01T12:00:00.25+01:00', Date.parse('2026-01-01T11:00:00.250Z')],
  ['2026-01-01', new Date(2026, 0, 1).getTime()],
  ['2026-01-01T10:00', new Date(2026, 0, 1, 10).getTime()],
] as const)('--since %s', ([text, ms]) => {
  expect(parseTime('--since', text, NOW)).toBe(ms)
})

test.for(['', 'x', '10', '10x', 'm', '-', '2026-13-01', '2026-1-1', '1h 2m'])('--since %j', (text) => {
  if (text === '10') return expect(parseTime('--since', text, NOW)).toBe(10_000)
  expect(() => parseTime('--since', text, NOW)).toThrow(TspodError)
})

test.for([
  ['all', undefined],
  ['-1', undefined],
  ['0', 0],
  ['20', 20],
] as const)('--tail %s', ([text, lines]) => {
  expect(parseTail(text)).toBe(lines)
})

test('never anything but a TspodError', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseTail, (value: string) => parseTime('--since', value, NOW)]) {
        try {
          parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }
    }),
    { numRuns: 300 },
  )
})
