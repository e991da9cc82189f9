import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { oomKilled, removeCgroup } from './remove.ts'

let cgroup: string
beforeEach(() => {
  cgroup = mkdtempSync(join(tmpdir(), 'tspod-cgroup-'))
})
afterEach(() => rmSync(cgroup, { recursive: true, force: true }))

test('a cgroup goes with those that were made in it', () => {
  mkdirSync(join(cgroup, 'system.slice/web.service'), { recursive: true })
  removeCgroup(cgroup)
  expect(existsSync(cgroup)).toBe(false)
})

test('one that is gone already is no error', () => {
  const gone = join(cgroup, 'gone')
  removeCgroup(gone)
  expect(oomKilled(gone)).toBe(false)
})

test('whatever still lives in it is killed first, with the file that the kernel has for that', () => {
  writeFileSync(join(cgroup, 'cgroup.kill'), '')
  expect(() => removeCgroup(cgroup)).toThrow('ENOTEMPTY') // a real one may have files in it
  expect(readFileSync(join(cgroup, 'cgroup.kill'), 'utf8')).toBe('1')
})

test.each([
  ['low 0\nhigh 0\nmax 12\noom 3\noom_kill 1\noom_group_kill 0\n', true],
  ['low 0\nhigh 0\nmax 12\noom 3\noom_kill 0\noom_group_kill 7\n', false],
  ['', false],
])('%j tells whether the kernel killed for memory: %s', (events, expected) => {
  writeFileSync(join(cgroup, 'memory.events'), events)
  expect(oomKilled(cgroup)).toBe(expected)
})
