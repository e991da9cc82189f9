import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePlan } from './encode.ts'
import { type Step, step } from './step.ts'

test('a plan is its size and then strings ended by NUL', () => {
  const plan = [step('make the streams', 'io', 5), step('run', 'exec', '/bin/true')]
  expect(encodePlan(plan).toString()).toBe(
    '21\0io\x005\0exec\0/bin/true\0'.replace('21', `${'io\x005\0exec\0/bin/true\0'.length}`),
  )
})

test('a NUL byte in an argument is refused, in the words of its step', () => {
  expect(() => encodePlan([step('set the environment', 'env', 'A=\0')])).toThrow(
    'a NUL byte in what is needed to set the environment',
  )
})

test('what is encoded splits into the same strings again', () => {
  const arbitrary = fc.array(
    fc
      .string({ unit: 'binary' })
      .filter((text) => !text.includes('\0'))
      .map((text): Step => step('test', 'arg', text)),
    { minLength: 1 },
  )
  fc.assert(
    fc.property(arbitrary, (plan) => {
      const encoded = encodePlan(plan)
      const body = encoded.subarray(encoded.indexOf(0) + 1)
      expect(body.length).toBe(Number(encoded.subarray(0, encoded.indexOf(0)).toString()))
      const strings = body.toString().split('\0').slice(0, -1)
      expect(strings).toEqual(plan.flatMap(({ op, args }) => [op, ...args]).map((text) => Buffer.from(text).toString()))
    }),
  )
})
