import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

// What a host gives differs: each test says what holds with and without. `npm test` as root gives
// the tests a cgroup of their own where the host has version 2 mounted, as on a hybrid one.

interface HostCgroups {
  readonly cgroupManager: string
  readonly cgroupControllers: readonly string[]
  readonly cgroupProblem: string
}

async function cgroupsOf(tspod: Tspod): Promise<HostCgroups> {
  const { stdout } = await tspod('info', '--format', '{{json .Host}}')
  return JSON.parse(stdout) as HostCgroups
}

async function inspect(tspod: Tspod, id: string, template: string): Promise<string> {
  return (await tspod('inspect', '--format', template, id)).stdout.trim()
}

test('each container has a cgroup of its own, exec goes into it, and it goes with the container', async ({ tspod }) => {
  const { cgroupManager } = await cgroupsOf(tspod)
  const paths: string[] = []
  {
    await using one = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
    await using two = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
    for (const { id, exec } of [one, two]) {
      const path = await inspect(tspod, id, '{{.State.CgroupPath}}')
      if (cgroupManager === 'none') {
        expect(path).toBe('')
        continue
      }
      const pid = await inspect(tspod, id, '{{.State.Pid}}')
      const [, own] = /^0::(.+)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8')) ?? []
      expect(own).toBeTruthy()
      expect(path.endsWith(own ?? '')).toBe(true)
      // Seen from its own namespace, a process that was not in it would be at /..
      expect((await exec('cat', '/proc/self/cgroup')).stdout).toMatch(/^0::\/$/m)
      expect(existsSync(path)).toBe(true)
      paths.push(path)
    }
  }
  expect(new Set(paths).size).toBe(paths.length)
  expect(paths.filter((path) => existsSync(path))).toEqual([])
})

test.for([
  ['memory', '--memory', '64m', 'memory.max', '67108864\n'],
  ['cpu', '--cpus', '1.5', 'cpu.max', '150000 100000\n'],
  ['pids', '--pids-limit', '20', 'pids.max', '20\n'],
] as const)(
  'a limit of %s is kept, or refused in one line before anything is made',
  async ([controller, flag, value, file, expected], { tspod }) => {
    const { cgroupControllers } = await cgroupsOf(tspod)
    await tspod('pull', '-q', 'alpine')
    const result = await tspod('run', '-q', '--network=none', flag, value, 'alpine', 'cat', `/sys/fs/cgroup/${file}`)
    if (cgroupControllers.includes(controller)) {
      expect(result).toEqual({ exitCode: 0, stdout: expected, stderr: '' })
      return
    }
    expect(result).toMatchObject({ exitCode: 125, stdout: '' })
    expect(result.stderr).toMatch(
      new RegExp(`^error: ${flag} cannot be enforced: .+ \\[E_CGROUP_UNAVAILABLE\\]\nhint: .+\n$`),
    )
    expect((await tspod('ps', '-aq')).stdout).toBe('')
  },
)

test('a container that cannot be started leaves no cgroup', async ({ tspod }) => {
  const failed = await tspod('run', '-q', '--network=none', '--name', 'broken', 'alpine', '/no/such/program')
  expect(failed.exitCode).toBe(127)
  const path = await inspect(tspod, 'broken', '{{.State.CgroupPath}}')
  expect(path).toBe('')
})
