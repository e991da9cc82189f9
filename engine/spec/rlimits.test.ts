import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseUlimit } from './parse-ulimit.ts'
import { processRlimits } from './rlimits.ts'

const HOST = {
  rootless: true,
  rlimits: { RLIMIT_NOFILE: { soft: 1024, hard: 4096 }, RLIMIT_CORE: { soft: 0, hard: -1 } },
}

test.for([
  ['nofile=1024', { type: 'RLIMIT_NOFILE', soft: 1024, hard: 1024 }],
  ['nofile=1024:2048', { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2048 }],
  ['RLIMIT_CORE=0:-1', { type: 'RLIMIT_CORE', soft: 0, hard: -1 }],
  ['stack=unlimited', { type: 'RLIMIT_STACK', soft: -1, hard: -1 }],
  ['host', undefined],
] as const)('--ulimit %s', ([text, limit]) => {
  expect(parseUlimit(text)).toEqual(limit)
})

test.for([
  '',
  'nofile',
  'nofile=',
  'nofile=a',
  'nofile=2:1',
  'nofile=-1:5',
  'nofile=1:2:3',
  'nofile=99999999999999999',
  'nofiles=1',
])('--ulimit %j is refused', (text) => {
  expect(() => parseUlimit(text)).toThrow(expect.objectContaining({ code: 'E_BAD_ULIMIT' }))
})

test('the last of a name counts', () => {
  expect(processRlimits(['nofile=10', 'nofile=20', 'host'], HOST)).toEqual([
    { type: 'RLIMIT_NOFILE', soft: 20, hard: 20 },
  ])
})

test.for(['nofile=5000', 'nofile=-1', 'nofile=10:5000'])('%s is above the caller’s hard limit', (text) => {
  expect(() => processRlimits([text], HOST)).toThrow(/above your own hard limit of 4096/)
  expect(processRlimits([text], { ...HOST, rootless: false })).toHaveLength(1)
})

test('up to the hard limit is allowed', () => {
  expect(processRlimits(['nofile=4096', 'core=-1'], HOST)).toHaveLength(2)
})

test('whatever the text, only a TspodError comes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{1,8}=[0-9:-]{0,12}$/)), (text) => {
      try {
        parseUlimit(text)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 300 },
  )
})
