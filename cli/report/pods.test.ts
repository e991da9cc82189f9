import { expect, test } from 'vitest'
import type { Pod } from '../../engine/pod/list.ts'
import { sortPods } from './pods.ts'

const pods = [
  { row: { id: 'b', name: 'old', createdAtMs: 1 }, status: 'Running', containers: [1, 2] },
  { row: { id: 'a', name: 'new', createdAtMs: 2 }, status: 'Created', containers: [1] },
] as unknown as Pod[]

test.for([
  ['created', ['new', 'old']],
  ['id', ['new', 'old']],
  ['name', ['new', 'old']],
  ['number', ['new', 'old']],
  ['status', ['new', 'old']],
] as const)('pods by %s', ([by, names]) => {
  expect(sortPods(pods, by).map(({ row }) => row.name)).toEqual(names)
})
