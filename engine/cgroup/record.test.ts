import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forgetCgroup, recordCgroup, recordedCgroup } from './record.ts'

test('a cgroup is known from its record until it is forgotten', () => {
  const runDir = mkdtempSync(join(tmpdir(), 'tspod-cgroup-'))
  try {
    expect(recordedCgroup(runDir)).toBeUndefined()
    recordCgroup(runDir, '/sys/fs/cgroup/tspod-abc')
    expect(recordedCgroup(runDir)).toBe('/sys/fs/cgroup/tspod-abc')
    forgetCgroup(runDir)
    expect(recordedCgroup(runDir)).toBeUndefined()
  } finally {
    rmSync(runDir, { recursive: true })
  }
})
