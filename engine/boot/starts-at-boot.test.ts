import { expect, test } from 'vitest'
import type { RestartPolicy } from '../container/config.ts'
import { startsAtBoot } from './starts-at-boot.ts'

const never = { startedAtMs: null }
const failed = { exitCode: 3 }
const stopped = { stoppedByUser: true }

// biome-ignore format: a table
test.for([
  // policy            of the row                        cut off  starts
  [undefined,          {},                               true,    false],
  ['no',               {},                               true,    false],
  ['always',           never,                            false,   false],
  ['always',           {},                               false,   true],
  ['always',           stopped,                          false,   true],
  ['unless-stopped',   never,                            false,   false],
  ['unless-stopped',   {},                               false,   true],
  ['unless-stopped',   stopped,                          false,   false],
  ['unless-stopped',   stopped,                          true,    true],
  ['on-failure',       {},                               false,   false],
  ['on-failure',       {},                               true,    true],
  ['on-failure',       failed,                           false,   true],
  ['on-failure',       { ...failed, ...stopped },        false,   false],
  ['on-failure',       { ...failed, restartCount: 2 },   false,   false],
] as const)('%s, %j, cut off: %j: %j', ([name, row, wasCutOff, starts]) => {
  const restart: RestartPolicy | undefined = name && { name, maximumRetryCount: 2 }
  const config = { version: 1, ...(restart && { restart }) }
  const base = { startedAtMs: 1, stoppedByUser: false, exitCode: 0, restartCount: 0, config }
  expect(startsAtBoot({ ...base, ...row }, { wasCutOff })).toBe(starts)
})
