import { expect, test } from 'vitest'
import { limitsOf } from './limits.ts'

test('no limit is no file', () => {
  expect(limitsOf({})).toEqual([])
})

test('each limit has its file and value', () => {
  const limits = limitsOf({ memory: { limit: 67108864 }, cpu: { quota: 150000, period: 100000 }, pids: { limit: 50 } })
  expect(limits.map(({ flag, file, value }) => [flag, file, value])).toEqual([
    ['--memory', 'memory.max', '67108864'],
    ['--memory', 'memory.swap.max', '67108864'],
    ['--cpus', 'cpu.max', '150000 100000'],
    ['--pids-limit', 'pids.max', '50'],
  ])
})
