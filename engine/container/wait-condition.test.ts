import { expect, test } from 'vitest'
import { isMet, parseCondition } from './wait-condition.ts'

// biome-ignore format: a table
test.for([
  // condition      state         health       met
  ['stopped',       'exited',     '',          true],
  ['stopped',       'created',    '',          true],
  ['stopped',       'running',    '',          false],
  ['stopped',       'restarting', '',          false],
  ['exited',        'paused',     '',          false],
  ['running',       'running',    '',          true],
  ['running',       'paused',     '',          false],
  ['configured',    'created',    '',          true],
  ['healthy',       'running',    'healthy',   true],
  ['healthy',       'running',    'unhealthy', false],
  ['healthy',       'exited',     'healthy',   false],
  ['unhealthy',     'running',    'unhealthy', true],
  ['removed',       'exited',     '',          false],
] as const)('%s, %s %s: %j', ([word, status, health, met]) => {
  expect(isMet(parseCondition(word), { status }, () => health)).toBe(met)
})

test('of a container that has gone only its removal is met', () => {
  expect(isMet(parseCondition('removed'), undefined, () => '')).toBe(true)
  expect(isMet(parseCondition('stopped'), undefined, () => '')).toBe(false)
})

test.for(['', 'Running', 'toString', 'dead'])('%j is no condition', (word) => {
  expect(() => parseCondition(word)).toThrow(expect.objectContaining({ code: 'E_BAD_CONDITION' }))
})
