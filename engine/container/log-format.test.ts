import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LogFilter, openLogFormatter } from './log-format.ts'

const ALL: LogFilter = { timestamps: false, since: undefined, until: undefined }
const time = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000+00:00`

function format(log: string, filter: Partial<LogFilter> = {}, chunkBytes = 1 << 20): [stream: string, text: string][] {
  const written: [string, string][] = []
  const add = (stream: string) => (chunk: Uint8Array) => {
    const text = Buffer.from(chunk).toString()
    const last = written.at(-1)
    if (last?.[0] === stream) last[1] += text
    else written.push([stream, text])
  }
  const formatter = openLogFormatter({ ...ALL, ...filter }, { stdout: add('out'), stderr: add('err') })
  const bytes = Buffer.from(log)
  for (let at = 0; at < bytes.length; at += chunkBytes) formatter.feed(bytes.subarray(at, at + chunkBytes))
  formatter.flush()
  return written
}

const LOG = [
  `${time(1)} stdout F one\n`,
  `${time(2)} stderr F bad\n`,
  `${time(3)} stdout P two `,
  `\n${time(4)} stdout F halves\n`,
  `${time(5)} stdout F \n`,
  `${time(6)} stdout P no end\n`,
].join('')

test('streams keep apart and in order; pieces become one line; a last line without an end keeps none', () => {
  expect(format(LOG)).toEqual([
    ['out', 'one\n'],
    ['err', 'bad\n'],
    ['out', 'two halves\n\nno end'],
  ])
})

test('with timestamps, one for each line and not for each piece', () => {
  expect(format(LOG, { timestamps: true })[2]).toEqual(['out', `${time(3)} two halves\n${time(5)} \n${time(6)} no end`])
})

test('since and until', () => {
  expect(format(LOG, { since: time(2), until: time(4) })).toEqual([
    ['err', 'bad\n'],
    ['out', 'two halves\n'],
  ])
})

test('however the chunks are cut, the text is the same', () => {
  for (let size = 1; size < 80; size++) expect(format(LOG, {}, size)).toEqual(format(LOG))
})

test('half a line at the end is not shown', () => {
  expect(format(`${time(1)} stdout F one\n${time(2)} stdout F tw`)).toEqual([['out', 'one\n']])
})

test('lines in another form are left out', () => {
  expect(format(`junk\n\n${time(1)} stdout F one\n`)).toEqual([['out', 'one\n']])
})

test('a line larger than the buffer arrives whole', () => {
  const text = 'x'.repeat(3 << 20)
  expect(format(`${time(1)} stdout F a\n${time(1)} stdout F ${text}\n${time(1)} stdout F b\n`)).toEqual([
    ['out', `a\n${text}\nb\n`],
  ])
})

test('any bytes at all do not break it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, size) => {
      format(`${time(1)} ${text}\n${time(1)} stdout F ok\n`, { timestamps: true }, size)
    }),
    { numRuns: 200 },
  )
})
