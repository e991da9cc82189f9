import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkLimits, createCgroup } from './create.ts'
import type { CgroupParent } from './find-parent.ts'
import { NO_V2, notDelegated } from './problem.ts'

const none: CgroupParent = { kind: 'none', problem: NO_V2 }
const memory = { memory: { limit: 1 << 20 } }

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tspod-cgroup-'))
  writeFileSync(join(parent, 'cgroup.subtree_control'), '')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** An ordinary directory: what the kernel would do with the files does not happen. */
function directory(controllers: readonly string[]): CgroupParent {
  return { kind: 'cgroupfs', parent, controllers, missing: (controller) => notDelegated(controller, parent) }
}

describe('createCgroup', () => {
  test('gives each container a directory of its own', async () => {
    expect(await createCgroup(directory([]), 'abc', {})).toBe(join(parent, 'tspod-abc'))
    expect(existsSync(join(parent, 'tspod-abc'))).toBe(true)
  })

  test('takes over what a former run left', async () => {
    await createCgroup(directory([]), 'abc', {})
    expect(await createCgroup(directory([]), 'abc', {})).toBe(join(parent, 'tspod-abc'))
  })

  test('switches on the controllers that there are', async () => {
    await createCgroup(directory(['pids']), 'abc', {})
    expect(readFileSync(join(parent, 'cgroup.subtree_control'), 'utf8')).toBe('+pids')
  })

  test('is silent where there can be none and no limit was asked for', async () => {
    expect(await createCgroup(none, 'abc', {})).toBeUndefined()
    const gone = { ...directory([]), parent: join(parent, 'gone', 'deeper') }
    expect(await createCgroup(gone as CgroupParent, 'abc', {})).toBeUndefined()
  })

  test('leaves nothing where a limit cannot be written', async () => {
    await expect(createCgroup(directory(['memory']), 'abc', memory)).rejects.toMatchObject({
      code: 'E_CGROUP_UNAVAILABLE',
      message: expect.stringMatching(/^--memory cannot be enforced: writing 1048576 to .*\/memory\.max: ENOENT$/),
    })
    expect(readdirSync(parent)).toEqual(['cgroup.subtree_control'])
  })
})

describe('checkLimits', () => {
  test('says which limit cannot be kept, why, and what to do', () => {
    expect(() => checkLimits(none, memory)).toThrow(
      expect.objectContaining({
        code: 'E_CGROUP_UNAVAILABLE',
        message: '--memory cannot be enforced: this host has cgroups of version 1 only',
        hint: expect.stringContaining('systemd.unified_cgroup_hierarchy=1'),
      }),
    )
  })

  test('names the controller that is missing', () => {
    const parent = directory(['memory'])
    checkLimits(parent, memory)
    expect(() => checkLimits(parent, { cpu: { quota: 1000, period: 100000 } })).toThrow(
      /^--cpus cannot be enforced: the cpu controller is not delegated to /,
    )
  })

  test('asks systemd in advance, where it shows what that has to give', () => {
    const systemd = (controllers?: string[]): CgroupParent => ({
      kind: 'systemd',
      manager: { socket: '/nobody', uid: 1000 },
      controllers,
    })
    checkLimits(systemd(), memory)
    checkLimits(systemd(['memory']), memory)
    expect(() => checkLimits(systemd(['pids']), memory)).toThrow(
      "--memory cannot be enforced: the memory controller is not delegated to systemd's user manager",
    )
  })

  test('asks for nothing where no limit is', () => {
    checkLimits(none, {})
  })
})
