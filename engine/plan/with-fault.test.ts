import { expect, test } from 'vitest'
import { type Step, step } from './step.ts'
import { withFault } from './with-fault.ts'

const PLAN: readonly Step[] = [
  step('record', 'record', '/run'),
  step('clone', 'clone', 0, 2),
  step('leave', 'session'),
  step('wait', 'sync'),
  step('meet', 'await-sync'),
]

// biome-ignore format: a table
test.for([
  // before  steps of the child, in hexadecimal
  [0,        '2'],
  [1,        '2'],
  [2,        '3'],
  [3,        '3'],
  [4,        '2'],
] as const)('a fault before step %i stands there, and the child has %s steps', ([before, count]) => {
  const plan = withFault(PLAN, before)
  expect(plan[before]?.op).toBe('fault')
  expect(plan.filter(({ op }) => op !== 'fault').map(({ op }) => op)).toEqual(PLAN.map(({ op }) => op))
  expect(plan.find(({ op }) => op === 'clone')?.args[1]).toBe(count)
})

test('behind the end there is nothing to die before', () => {
  expect(() => withFault(PLAN, 5)).toThrow('the plan has the steps record clone session sync await-sync')
  expect(withFault(PLAN, undefined)).toBe(PLAN)
})
