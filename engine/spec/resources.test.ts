import { expect, test } from 'vitest'
import { containerResources } from './resources.ts'

test.for([
  [{}, {}],
  [{ memory: '64m' }, { memory: { limit: 67_108_864 } }],
  [{ cpus: '1.5' }, { cpu: { quota: 150_000, period: 100_000 } }],
  [{ cpus: '.01' }, { cpu: { quota: 1000, period: 100_000 } }],
  [{ pidsLimit: 100 }, { pids: { limit: 100 } }],
  [{ memory: '0', cpus: '0', pidsLimit: -1 }, {}],
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
] as const)('%j fails with %s', ([request, code]) => {
  expect(() => containerResources(request)).toThrow(expect.objectContaining({ code }))
})
