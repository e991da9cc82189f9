import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { changedLimits, changeLimits } from './change-limits.ts'

// biome-ignore format: a table
test.for([
  [{ pids: { limit: 5 } },             { pids: { limit: 7 } },       ['pids.max=7']],
  [{ pids: { limit: 5 } },             { pids: { limit: 5 } },       []],
  [{ pids: { limit: 5 } },             {},                           ['pids.max=max']],
  [{},                                 { cpu: { quota: 5000 } },     ['cpu.max=5000 100000']],
  [{ cpu: { quota: 5000 } },           { pids: { limit: 1 } },       ['cpu.max=max', 'pids.max=1']],
] as const)('%j becomes %j by writing %j', ([before, after, written]) => {
  expect(changedLimits(before, after).map(({ file, value }) => `${file}=${value}`)).toEqual(written)
})

test('all are changed, or none', () => {
  const cgroup = mkdtempSync(join(tmpdir(), 'tspod-limits-'))
  onTestFinished(() => rmSync(cgroup, { recursive: true }))
  writeFileSync(join(cgroup, 'cpu.max'), 'max 100000\n')
  const after = { cpu: { quota: 5000 }, pids: { limit: 3 } }
  const refused = expect.objectContaining({ code: 'E_CGROUP_UNAVAILABLE' })
  expect(() => changeLimits(cgroup, {}, after)).toThrow(refused)
  expect(readFileSync(join(cgroup, 'cpu.max'), 'utf8')).toMatch(/^max 100000/)
  writeFileSync(join(cgroup, 'pids.max'), 'max\n')
  changeLimits(cgroup, {}, after)
  expect(readFileSync(join(cgroup, 'pids.max'), 'utf8')).toMatch(/^3/)
})
