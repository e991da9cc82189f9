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

test('shares and weights of version 1 are weights of version 2, and swap is what is above memory', () => {
  const limits = limitsOf({
    memory: { limit: 1000, swap: 1500, reservation: 500 },
    cpu: { shares: 1024, cpus: '0-1', mems: '0' },
    blockIO: { weight: 1000 },
    unified: { 'memory.high': 'max' },
  })
  expect(limits.map(({ controller, file, value }) => [controller, file, value])).toEqual([
    ['memory', 'memory.max', '1000'],
    ['memory', 'memory.swap.max', '500'],
    ['memory', 'memory.low', '500'],
    ['cpu', 'cpu.weight', '39'],
    ['cpuset', 'cpuset.cpus', '0-1'],
    ['cpuset', 'cpuset.mems', '0'],
    ['io', 'io.weight', '10000'],
    ['memory', 'memory.high', 'max'],
  ])
  expect(limitsOf({ memory: { limit: 1, swap: -1 } })[1]?.value).toBe('max')
})
