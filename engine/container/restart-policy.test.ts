import { expect, test } from 'vitest'
import type { RestartPolicy } from './config.ts'
import { restartAfter } from './restart-policy.ts'

const ended = { exitCode: 1, ranMs: 50, stoppedByUser: false, restartCount: 0, lastDelayMs: undefined }
const policy = (name: RestartPolicy['name'], maximumRetryCount = 0): RestartPolicy => ({ name, maximumRetryCount })

// biome-ignore format: a table
test.for([
  [undefined, {}, undefined],
  [policy('no'), {}, undefined],
  [policy('always'), {}, 100],
  [policy('always'), { exitCode: 0 }, 100],
  [policy('always'), { stoppedByUser: true }, undefined],
  [policy('unless-stopped'), { exitCode: 0 }, 100],
  [policy('on-failure'), { exitCode: 0 }, undefined],
  [policy('on-failure'), { restartCount: 1000 }, 100],
  [policy('on-failure', 3), { restartCount: 2 }, 100],
  [policy('on-failure', 3), { restartCount: 3 }, undefined],
  [policy('always'), { lastDelayMs: 100 }, 200],
  [policy('always'), { lastDelayMs: 51_200 }, 60_000],
  [policy('always'), { lastDelayMs: 60_000 }, 60_000],
  [policy('always'), { lastDelayMs: 60_000, ranMs: 10_000 }, 100],
  [policy('always'), { lastDelayMs: -7 }, 100],
] as const)('%j with %j: after %s ms', ([given, members, delayMs]) => {
  expect(restartAfter(given, { ...ended, ...members })).toBe(delayMs)
})
