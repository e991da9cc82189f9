import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { allows } from './allows.ts'
import { type Rule, ruleOf, STATES, VERBS, type Verb } from './states.ts'

const ARCHITECTURE = fileURLToPath(new URL('../../ARCHITECTURE.md', import.meta.url))

function cell(rule: Rule): string {
  if (rule.kind === 'works') return rule.what
  if (rule.kind === 'nothing') return 'nothing'
  return rule.exitCode === 125 ? 'error' : `error ${rule.exitCode}`
}

function markdown(): string {
  const lines = VERBS.map((verb) => [verb, ...STATES.map((state) => cell(ruleOf(verb, state)))])
  return [['', ...STATES], ['', ...STATES].map(() => '---'), ...lines]
    .map((cells) => `|${cells.map((text) => (text === '---' ? text : ` ${text} `)).join('|')}|`)
    .join('\n')
}

test('ARCHITECTURE.md has the table as it is here', () => {
  expect(readFileSync(ARCHITECTURE, 'utf8')).toContain(markdown())
})

// biome-ignore format: a table
test.for([
  ['start',   'running',    false],
  ['start',   'exited',     true],
  ['stop',    'paused',     true],
  ['stop',    'exited',     false],
  ['stop',    'stopping',   true],
  ['rename',  'restarting', true],
] as const)('%s of one that is %s: %j', ([verb, status, does]) => {
  expect(allows(verb, { id: 'a'.repeat(64), status }, 'box')).toBe(does)
})

// biome-ignore format: a table
test.for([
  ['kill',    'exited',  125, 'E_CONTAINER_NOT_RUNNING', 'cannot kill container box: box is not running, it is exited'],
  ['pause',   'paused',  125, 'E_CONTAINER_STATE',       'cannot pause container box as it is paused'],
  ['rm',      'running',   2, 'E_CONTAINER_RUNNING',     'cannot remove container box as it is running'],
  ['rm',      'paused',    2, 'E_CONTAINER_RUNNING',     'cannot remove container box as it is paused'],
  ['exec',    'paused',  255, 'E_CONTAINER_NOT_RUNNING', 'cannot run a command in container box: box is not running, it is paused'],
  ['start',   'paused',  125, 'E_CONTAINER_STATE',       'cannot start container box as it is paused'],
] as const)('%s of one that is %s fails with %i', ([verb, status, exitCode, code, message]) => {
  expect(errorOf(() => allows(verb as Verb, { id: 'a'.repeat(64), status }, 'box'))).toMatchObject({
    exitCode,
    code,
    message,
  })
})

function errorOf(action: () => unknown): TspodError {
  try {
    action()
  } catch (error) {
    if (error instanceof TspodError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
