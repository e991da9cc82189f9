import { expect, test } from 'vitest'
import { type EndsLine, endsJsonLine, endsK8sLine, findTail } from './log-tail.ts'

const TIME = '2026-01-01T00:00:00.000000000'

function tail(log: string, count: number, endsLine: EndsLine = endsK8sLine, mostBytes = Infinity): string {
  const bytes = Buffer.from(log)
  const read = (target: Buffer, position: number) => bytes.copy(target, 0, position)
  return bytes.subarray(findTail({ read }, bytes.length, { count, endsLine, mostBytes })).toString()
}

const k8s = (stream: string, flag: string, text: string) => `${TIME}+00:00 ${stream} ${flag} ${text}\n`
const json = (stream: string, log: string) => `${JSON.stringify({ log, stream, time: `${TIME}Z` })}\n`

const LOGS = {
  'k8s-file': [
    k8s('stdout', 'F', 'one'),
    k8s('stdout', 'P', 'two '),
    k8s('stdout', 'P', 'halves'),
    k8s('stdout', 'F', 'of it'),
    k8s('stderr', 'F', 'three'),
  ],
  'json-file': [
    json('stdout', 'one\n'),
    json('stdout', 'two \\n'),
    json('stdout', 'halves \\\\n'),
    json('stdout', 'of it \\\\\n'),
    json('stderr', 'three\n'),
  ],
} as const
const ENDS = { 'k8s-file': endsK8sLine, 'json-file': endsJsonLine } as const

for (const driver of ['k8s-file', 'json-file'] as const) {
  test.for([
    [0, 5],
    [1, 4],
    [2, 1],
    [3, 0],
    [99, 0],
  ] as const)(`${driver}: the last %i lines begin at the %i. line of the file`, ([count, first]) => {
    expect(tail(LOGS[driver].join(''), count, ENDS[driver])).toBe(LOGS[driver].slice(first).join(''))
  })
}

const lines = LOGS['k8s-file']

test('a last piece without its end counts as a line', () => {
  const log = [...lines, k8s('stdout', 'P', 'open')]
  expect(tail(log.join(''), 1)).toBe(log.slice(5).join(''))
  expect(tail(log.join(''), 2)).toBe(log.slice(4).join(''))
})

test('half a line, which is being written, does not count', () => {
  expect(tail(`${lines.join('')}${TIME}`, 1)).toBe(`${lines[4]}${TIME}`)
})

test('lines that begin much further back are left out, however few were found', () => {
  const log = [k8s('stdout', 'F', 'first'), k8s('stdout', 'P', 'x'.repeat(1 << 20)), k8s('stdout', 'F', 'end')]
  expect(tail(log.join(''), 3)).toBe(log.join(''))
  expect(tail(log.join(''), 3, endsK8sLine, 1 << 16)).toBe(log[2])
})

test('an empty log has no lines', () => {
  expect(tail('', 5)).toBe('')
})

test('lines across the blocks that it reads', () => {
  const many = Array.from({ length: 60_000 }, (_, i) => k8s('stdout', 'F', `${i}${'x'.repeat(i % 97)}`))
  const log = many.join('')
  for (const count of [1, 100, 9_000, 11_111, 20_000, 59_999, 60_000]) {
    expect(tail(log, count)).toBe(many.slice(-count).join(''))
  }
})

test('a line longer than a block', () => {
  const log = [k8s('stdout', 'F', 'a'), k8s('stdout', 'F', 'y'.repeat(3 << 20)), k8s('stdout', 'F', 'b')]
  expect(tail(log.join(''), 1)).toBe(log[2])
  expect(tail(log.join(''), 2)).toBe(log.slice(1).join(''))
  expect(tail(log.join(''), 3)).toBe(log.join(''))
})
