import { expect, test } from 'vitest'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { reconcile } from './reconcile.ts'

const row: ContainerRow = {
  id: 'a'.repeat(64),
  name: 'box',
  imageId: null,
  imageName: 'x',
  command: [],
  createdAtMs: 1000,
  status: 'created',
  startedAtMs: null,
  finishedAtMs: null,
  exitCode: null,
  oomKilled: false,
  error: null,
  pid: null,
  pidStartTime: null,
  autoRemove: false,
  restartCount: 0,
  stoppedByUser: false,
  podId: null,
  labels: {},
  layers: [],
  driver: 'overlay',
  config: null,
}
const running: ContainerRow = { ...row, status: 'running', pid: 7, pidStartTime: '70', startedAtMs: 2000 }
const record = { state: 'running', pid: 7, startTime: '70', startedAtMs: 2000, monitorPid: 8 } as const

test('a container that was only created stays so', () => {
  expect(reconcile(row, { state: 'none' })).toBe(row)
})

test('one that has started since is running', () => {
  expect(reconcile(row, record)).toEqual(running)
  expect(reconcile(running, record)).toBe(running)
})

test('one that has ended has its exit status and no process', () => {
  expect(reconcile(running, { state: 'exited', exitCode: 3, startedAtMs: 2000, finishedAtMs: 3000 })).toMatchObject({
    ...{ status: 'exited', exitCode: 3, finishedAtMs: 3000, pid: null, pidStartTime: null },
  })
})

test.for(['none', 'lost'] as const)('one that ran and whose record is %s was lost', (state) => {
  expect(reconcile(running, { state })).toMatchObject({
    ...{ status: 'exited', exitCode: 137, pid: null },
    error: 'the monitor ended without recording an exit status',
  })
})
