import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, uptime } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { processStartTime } from '../../base/process-start.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { observe, reconcile } from './reconcile.ts'

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

test('one whose end nobody recorded ended when that was found', () => {
  expect(reconcile(running, { state: 'lost', foundAtMs: 9000 })).toMatchObject({
    ...{ status: 'exited', exitCode: 137, pid: null, finishedAtMs: 9000 },
    error: 'the monitor ended without recording an exit status',
  })
})

describe('found lost', () => {
  const runDir = mkdtempSync(join(tmpdir(), 'tspod-lost-'))
  const engine = { runDir: () => runDir }
  afterAll(() => rmSync(runDir, { recursive: true }))
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  test('says the same to all who look later, and another time of a later process', () => {
    for (const [startTime, foundAtMs] of [
      ['1', 5000],
      ['2', 8000],
    ] as const) {
      writeFileSync(join(runDir, 'record'), `running 1 no${startTime} 1 no 2000\n`)
      vi.setSystemTime(foundAtMs)
      expect(observe(engine, running)).toMatchObject({ status: 'exited', finishedAtMs: foundAtMs })
      vi.setSystemTime(foundAtMs + 1000)
      expect(observe(engine, running)).toMatchObject({ finishedAtMs: foundAtMs })
    }
  })

  test('after a reboot ended no later than that, whenever it is found', () => {
    rmSync(join(runDir, 'record'))
    vi.setSystemTime(uptime() * 1000 + 500_000)
    expect(observe(engine, running).finishedAtMs).toBeCloseTo(500_000, -4)
    expect(observe(engine, { ...running, startedAtMs: Date.now() - 1 }).finishedAtMs).toBe(Date.now())
  })
})

test.for([
  ['running', { ...running, pid: process.pid }],
  ['initialized', { ...running, pid: process.pid, status: 'initialized', startedAtMs: null }],
] as const)('a row that says exited is of before, where the monitor says %s', ([word, expected]) => {
  const runDir = mkdtempSync(join(tmpdir(), 'tspod-again-'))
  const startTime = processStartTime('self') ?? ''
  const ended: ContainerRow = { ...row, status: 'exited', exitCode: 1, finishedAtMs: 1500 }
  const self = `${process.pid} ${startTime}`
  writeFileSync(join(runDir, 'record'), `${word} ${self} ${self} 2000\n`)
  const now = { ...expected, pidStartTime: startTime, exitCode: 1, finishedAtMs: 1500 }
  expect(observe({ runDir: () => runDir }, ended)).toEqual(now)
  if (word === 'running') writeFileSync(join(runDir, 'paused'), 'processes')
  if (word === 'running') expect(observe({ runDir: () => runDir }, ended)).toEqual({ ...now, status: 'paused' })
  writeFileSync(join(runDir, 'record'), 'exited 1 1000 1500\n')
  expect(observe({ runDir: () => runDir }, ended)).toBe(ended)
  rmSync(runDir, { recursive: true })
})
