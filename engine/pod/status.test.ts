import { expect, test } from 'vitest'
import { podStatus } from './status.ts'

test.for([
  [[], 'Created'],
  [['created', 'initialized'], 'Created'],
  [['running', 'stopping'], 'Running'],
  [['running', 'exited'], 'Degraded'],
  [['running', 'paused'], 'Degraded'],
  [['paused', 'paused'], 'Paused'],
  [['exited', 'exited'], 'Exited'],
  [['exited', 'created'], 'Stopped'],
  [['restarting'], 'Error'],
] as const)('containers that are %j make a pod that is %s', ([statuses, status]) => {
  expect(podStatus(statuses)).toBe(status)
})
