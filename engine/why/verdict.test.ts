import { describe, expect, test } from 'vitest'
import { summaryOf } from './events-since-start.ts'
import { exitMeaning } from './exit-meaning.ts'
import { type EndFacts, verdictOf } from './verdict.ts'

const ENDED: EndFacts = {
  status: 'exited',
  exitCode: 0,
  error: undefined,
  failure: undefined,
  oomKilled: false,
  memoryLimitBytes: undefined,
  ranMs: 5000,
  timeoutMs: undefined,
  killed: [],
  wasStopped: false,
  stopSignal: 15,
  onUnhealthy: 'none',
  wasUnhealthy: false,
  isLost: false,
}

const failure = { code: 'E_LAUNCH_FAILED', message: 'no x', hint: 'do y', exitCode: 127, atMs: 0 }

// biome-ignore format: a table
test.for([
  ['a good end',              {},                                                      undefined,  /done its work/],
  ['a failure',               { exitCode: 7 },                                         undefined,  /chose this status/],
  ['a command not found',     { exitCode: 127 },                                       undefined,  /did not find a command/],
  ['memory',                  { exitCode: 137, oomKilled: true, memoryLimitBytes: 9 }, 'memory',   /limit of 9 bytes/],
  ['memory without a limit',  { exitCode: 137, oomKilled: true },                      'memory',   /memory it may have/],
  ['a stop',                  { exitCode: 143, wasStopped: true },                     'stop',     /SIGTERM ended it, sent by "tspod stop"/],
  ['a stop, handled',         { exitCode: 0, wasStopped: true },                       'stop',     /ended by itself then/],
  ['a stop, not handled',     { exitCode: 137, wasStopped: true },                     'stop',     /had not ended by its stop signal SIGTERM/],
  ['a stop by SIGKILL',       { exitCode: 137, wasStopped: true, stopSignal: 9 },      'stop',     /SIGKILL ended it, sent by "tspod stop"/],
  ['a kill',                  { exitCode: 130, killed: [2] },                          'kill',     /SIGINT ended it, sent by "tspod kill"/],
  ['another signal than sent',{ exitCode: 137, killed: [1] },                          undefined,  /tspod did not send it/],
  ['its health',              { exitCode: 137, onUnhealthy: 'kill', wasUnhealthy: true }, 'health', /--health-on-failure=kill/],
  ['its health, stopped',     { exitCode: 143, wasStopped: true, onUnhealthy: 'stop', wasUnhealthy: true }, 'health', /health check failed/],
  ['ill, and nothing done',   { exitCode: 137, wasUnhealthy: true },                   undefined,  /tspod did not send it/],
  ['its time',                { exitCode: 137, timeoutMs: 5000 },                      'timeout',  /--timeout 5$/],
  ['its time was not over',   { exitCode: 137, timeoutMs: 6000 },                      undefined,  /tspod did not send it/],
  ['a fault',                 { exitCode: 139 },                                       'itself',   /SIGSEGV ended it: .*fault in the program/],
  ['a failed start',          { status: 'created', exitCode: undefined, error: 'no x', failure }, undefined, /could not be started: no x \(E_LAUNCH_FAILED, exit status 127\)/],
  ['a failed second start',   { exitCode: 3, error: 'no x', failure },                 undefined,  /could not be started/],
  ['a lost one',              { exitCode: 137, error: 'lost', isLost: true },          undefined,  /monitor was killed/],
  ['never started',           { status: 'created', exitCode: undefined },              undefined,  /never started/],
  ['running',                 { status: 'running', exitCode: undefined },              undefined,  /^it is running$/],
  ['running without network', { status: 'running', error: 'no network' },              undefined,  /it is running, but: no network/],
] as const)('%s', ([, facts, by, because]) => {
  const verdict = verdictOf({ ...ENDED, ...facts })
  expect(verdict).toMatchObject({ by, because: expect.stringMatching(because) })
})

test('the hint of a failed start is kept', () => {
  expect(verdictOf({ ...ENDED, status: 'created', error: 'no x', failure }).hints).toEqual([
    'do y',
    'see "tspod help E_LAUNCH_FAILED"',
  ])
})

describe('an exit status', () => {
  test.for([
    [143, 'SIGTERM'],
    [137, 'SIGKILL'],
    [134, 'SIGABRT'],
    [128, undefined],
    [255, undefined],
    [1, undefined],
  ] as const)('%s is %s', ([status, signal]) => {
    expect(exitMeaning(status).signal).toBe(signal)
  })
})

test('what tspod did is in the events', () => {
  const event = (action: string, attributes: Record<string, string> = {}) => ({ action, attributes })
  expect(
    summaryOf([
      event('kill', { signal: '9' }),
      event('kill', { signal: 'x' }),
      event('health_status', { health_status: 'unhealthy' }),
    ]),
  ).toEqual({ killed: [9], wasStopped: false, wasUnhealthy: true })
  expect(
    summaryOf([
      event('health_status', { health_status: 'unhealthy' }),
      event('health_status', { health_status: 'healthy' }),
      event('stop'),
    ]),
  ).toEqual({ killed: [], wasStopped: true, wasUnhealthy: false })
})
