import { expect, test } from 'vitest'
import { containerResources } from './resources.ts'

test.for([
  [{}, {}],
  [{ memory: '64m' }, { memory: { limit: 67_108_864 } }],
  [{ cpus: '1.5' }, { cpu: { quota: 150_000, period: 100_000 } }],
  [{ cpus: '.01' }, { cpu: { quota: 1000, period: 100_000 } }],
  [{ pidsLimit: 100 }, { pids: { limit: 100 } }],
  [{ memory: '0', cpus: '0', pidsLimit: -1 }, {}],
  [{ memory: '64m', memorySwap: '128m' }, { memory: { limit: 67_108_864, swap: 134_217_728 } }],
  [{ memorySwap: '-1' }, {}],
  [{ memory: '64m', memorySwap: '-1' }, { memory: { limit: 67_108_864, swap: -1 } }],
  [{ memoryReservation: '8k' }, { memory: { reservation: 8192 } }],
  [{ cpuQuota: 5000 }, { cpu: { quota: 5000, period: 100_000 } }],
  [{ cpuPeriod: 50_000, cpuQuota: -1 }, { cpu: { period: 50_000 } }],
  [{ cpuShares: 1, cpusetCpus: '0-2,4', cpusetMems: '0' }, { cpu: { shares: 2, cpus: '0-2,4', mems: '0' } }],
  [
    { blkioWeight: 500, cgroupConf: ['memory.high=64M'] },
    { blockIO: { weight: 500 }, unified: { 'memory.high': '64M' } },
  ],
] as const)('%j', ([request, resources]) => {
  expect(containerResources(request)).toEqual(resources)
})

test.for([
  [{ memory: '64' }, 'E_BAD_SIZE'],
  [{ memory: 'x' }, 'E_BAD_SIZE'],
  [{ cpus: '0.001' }, 'E_BAD_CPUS'],
  [{ cpus: '-1' }, 'E_BAD_CPUS'],
  [{ cpus: '.' }, 'E_BAD_CPUS'],
  [{ cpus: '1e3' }, 'E_BAD_CPUS'],
  [{ pidsLimit: 1.5 }, 'E_BAD_PIDS_LIMIT'],
  [{ memorySwap: '1g' }, 'E_BAD_SIZE'],
  [{ memory: '64m', memorySwap: '32m' }, 'E_BAD_SIZE'],
  [{ memory: '64m', memoryReservation: '128m' }, 'E_BAD_SIZE'],
  [{ cpus: '1', cpuPeriod: 50_000 }, 'E_BAD_CPUS'],
  [{ cpuPeriod: 10 }, 'E_BAD_CPUS'],
  [{ cpuShares: 1.5 }, 'E_BAD_CPUS'],
  [{ cpusetCpus: 'a' }, 'E_BAD_CPUS'],
  [{ blkioWeight: 5 }, 'E_BAD_LIMIT'],
  [{ cgroupConf: ['../x=1'] }, 'E_BAD_LIMIT'],
] as const)('%j fails with %s', ([request, code]) => {
  expect(() => containerResources(request)).toThrow(expect.objectContaining({ code }))
})
