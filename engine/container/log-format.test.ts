import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type LogFilter, openLogFormatter } from './log-format.ts'
import { openJsonFormatter } from './log-json.ts'
import { type LogLook, openLogOutput } from './log-output.ts'

const time = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000`

interface How extends Partial<LogFilter>, Partial<LogLook> {
  readonly chunkBytes?: number
  readonly json?: boolean
}

function format(log: string | Buffer, how: How = {}): [stream: string, text: string][] {
  const written: [string, string][] = []
  const add = (stream: string) => (chunk: Uint8Array) => {
    const text = Buffer.from(chunk).toString()
    const last = written.at(-1)
    if (last?.[0] === stream) last[1] += text
    else written.push([stream, text])
  }
  const look = { timestamps: false, before: '', between: '', after: '', ...how }
  const output = openLogOutput(look, { stdout: add('out'), stderr: add('err') })
  const open = how.json ? openJsonFormatter : openLogFormatter
  const reader = open({ since: how.since, until: how.until }, output)
  const bytes = Buffer.from(log)
  const size = how.chunkBytes ?? 1 << 20
  for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.subarray(at, at + size))
  reader.flush()
  return written
}

const K8S = [
  `${time(1)}+00:00 stdout F one\n`,
  `${time(2)}+00:00 stderr F bad\n`,
  `${time(3)}+00:00 stdout P two \n`,
  `${time(4)}+00:00 stdout F halves\n`,
  `${time(5)}+00:00 stdout F \n`,
  `${time(6)}+00:00 stdout P no end\n`,
].join('')

const entry = (second: number, stream: string, log: string) =>
  `${JSON.stringify({ log, stream, time: `${time(second)}Z` })}\n`
const JSON_FILE = [
  entry(1, 'stdout', 'one\n'),
  entry(2, 'stderr', 'bad\n'),
  entry(3, 'stdout', 'two '),
  entry(4, 'stdout', 'halves\n'),
  entry(5, 'stdout', '\n'),
  entry(6, 'stdout', 'no end'),
].join('')

for (const [name, log, json] of [
  ['k8s-file', K8S, false],
  ['json-file', JSON_FILE, true],
] as const) {
  test(`${name}: streams keep apart and in order; pieces become one line; a last line without an end keeps none`, () => {
    expect(format(log, { json })).toEqual([
      ['out', 'one\n'],
      ['err', 'bad\n'],
      ['out', 'two halves\n\nno end'],
    ])
  })

  test(`${name}: what is put around lines is around lines and not around pieces`, () => {
    const look = { json, timestamps: true, before: '<web ', between: '-', after: '>' }
    expect(format(log, look)).toEqual([
      ['out', `<web ${time(1)}Z -one>\n`],
      ['err', `<web ${time(2)}Z -bad>\n`],
      ['out', `<web ${time(3)}Z -two halves>\n<web ${time(5)}Z ->\n<web ${time(6)}Z -no end`],
    ])
  })

  test(`${name}: since and until`, () => {
    expect(format(log, { json, since: time(2), until: time(4) })).toEqual([
      ['err', 'bad\n'],
      ['out', 'two halves\n'],
    ])
  })

  test(`${name}: however the chunks are cut, the text is the same`, () => {
    for (let chunkBytes = 1; chunkBytes < 100; chunkBytes++) {
      expect(format(log, { json, chunkBytes })).toEqual(format(log, { json }))
    }
  })

  test(`${name}: half a line at the end is not shown, nor are lines in another form`, () => {
    expect(format(`junk\n\n{}\n${log}${log.slice(0, 30)}`, { json })).toEqual(format(log, { json }))
  })

  test(`${name}: any bytes at all do not break it`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, chunkBytes) => {
        format(`${time(1)} ${text}\n{"log":"${text}\n${log}`, { json, timestamps: true, chunkBytes })
      }),
      { numRuns: 40 },
    )
  })
}

test('k8s-file: a line larger than the buffer arrives whole', () => {
  const text = 'x'.repeat(3 << 20)
  const line = (what: string) => `${time(1)}+00:00 stdout F ${what}\n`
  expect(format(line('a') + line(text) + line('b'))).toEqual([['out', `a\n${text}\nb\n`]])
})

test('json-file: text is what it was before it was written as JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const log = text.replace(/\n/g, '')
      const shown = format(entry(1, 'stdout', `${log}\n`), { json: true })
      expect(shown).toEqual([['out', `${log}\n`]])
    }),
    { numRuns: 60 },
  )
})

test("json-file: Docker's own lines, with attributes and short fractions of a second", () => {
  const line = '{"log":"a\\\\n\\"b\\n","stream":"stderr","attrs":{"tag":"x"},"time":"2026-01-01T00:00:01.5Z"}\n'
  expect(format(line, { json: true, timestamps: true })).toEqual([['err', '2026-01-01T00:00:01.500000000Z a\\n"b\n']])
})
