import { expect, test } from 'vitest'
import type { WhyReport } from '../../engine/why.ts'
import { whyLines } from './why.ts'

const REPORT: WhyReport = {
  id: 'a'.repeat(64),
  name: 'web',
  image: 'alpine',
  status: 'running',
  because: 'it is running',
  by: undefined,
  hints: [],
  exitCode: null,
  signal: null,
  startedAtMs: 0,
  finishedAtMs: null,
  oomKilled: false,
  failure: null,
  health: null,
  restart: null,
  refused: [],
  closed: [],
  log: [],
}

test.each([
  [1, ['health:    unhealthy', '           the last check ended with 1']],
  [2, ['health:    unhealthy, 2 checks failed in a row', '           the last check ended with 1']],
])('%i failed checks', (failingStreak, lines) => {
  const last = { startMs: 0, endMs: 0, exitCode: 1, output: '' }
  const shown = whyLines({ ...REPORT, health: { status: 'unhealthy', failingStreak, last } })
  expect(shown.slice(3)).toEqual(lines)
})
