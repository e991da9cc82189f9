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
  const row = { status, stoppedByUser: true, finishedAtMs: null }
  expect(isMet(parseCondition(word), row, { health: () => health, sinceMs: 0 })).toBe(met)
})

test('of a container that has gone only its removal is met', () => {
  const facts = { health: () => '', sinceMs: 0 }
  expect(isMet(parseCondition('removed'), undefined, facts)).toBe(true)
  expect(isMet(parseCondition('stopped'), undefined, facts)).toBe(false)
})

// biome-ignore format: a table
test.for([
  // state      by a command  ended  met
  ['running',   false,        null,  false],
  ['running',   true,         null,  true],
  ['paused',    true,         null,  true],
  ['exited',    true,         100,   true],
  ['exited',    true,         99,    false],
  ['exited',    false,        100,   false],
  ['created',   false,        null,  false],
] as const)('stopping: %s, stopped by a command %j, ended at %j: %j', ([status, stoppedByUser, finishedAtMs, met]) => {
  const facts = { health: () => '', sinceMs: 100 }
  expect(isMet(parseCondition('stopping'), { status, stoppedByUser, finishedAtMs }, facts)).toBe(met)
})

test.for(['', 'Running', 'toString', 'dead'])('%j is no condition', (word) => {
  expect(() => parseCondition(word)).toThrow(expect.objectContaining({ code: 'E_BAD_CONDITION' }))
})
