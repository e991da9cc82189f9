import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { parseSignal, stopSignal } from './parse-signal.ts'

test.for([
  ['SIGTERM', 15],
  ['term', 15],
  ['9', 9],
  ['SIGRTMIN', 34],
  ['SIGRTMIN+3', 37],
  ['rtmax-1', 63],
  ['64', 64],
] as const)('parseSignal %s is %i', ([text, number]) => {
  expect(parseSignal(text)).toBe(number)
})

test.for(['', '0', '65', 'SIG', 'SIGNOPE', 'RTMIN-1', 'RTMAX+1', 'RTMIN+31', '-9', 'toString'])(
  'parseSignal refuses %j',
  (text) => {
    expect(() => parseSignal(text)).toThrow(expect.objectContaining({ code: 'E_BAD_SIGNAL' }))
  },
)

test('the stop signal is the request’s, else the image’s, else SIGTERM', () => {
  const request = { image: 'x', command: [] }
  expect(stopSignal({ ...request, stopSignal: 'INT' }, { stopSignal: 'QUIT' })).toBe(2)
  expect(stopSignal(request, { stopSignal: 'QUIT' })).toBe(3)
  expect(stopSignal(request, { stopSignal: '' })).toBe(15)
})

test('whatever the text, only a TspodError comes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(parseSignal(text)).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 200 },
  )
})
