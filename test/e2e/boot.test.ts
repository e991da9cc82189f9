import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../support/fixtures.ts'
import { isAlive, recordedProcesses } from '../support/processes.ts'
import { TSPOD, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

async function start(tspod: Tspod, name: string, policy: string): Promise<string> {
  const restart = policy === '' ? [] : ['--restart', policy]
  const words = ['run', '-dq', '--network=none', '--stop-timeout', '0', '--name', name, ...restart]
  const { exitCode, stdout } = await tspod(...words, 'alpine', 'sleep', 'inf')
  expect(exitCode).toBe(0)
  return stdout.trim()
}

async function running(tspod: Tspod): Promise<string[]> {
  return (await tspod('ps', '--format', '{{.Names}}')).stdout.split('\n').filter(Boolean).sort()
}

/** The machine loses its power: no process is left, and no runtime file. */
async function reboot(tspod: Tspod, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const processes = recordedProcesses(tspod, id)
    if (!processes) continue
    process.kill(processes.monitor, 'SIGKILL')
    await until('it is gone', () => !isAlive(processes.first) && !isAlive(processes.monitor))
  }
  rmSync(tspod.runroot, { recursive: true })
}

test('after a reboot what should run is started, and nothing else', async ({ tspod }) => {
  const ids = [
    await start(tspod, 'plain', ''),
    await start(tspod, 'always', 'always'),
    await start(tspod, 'always-stopped', 'always'),
    await start(tspod, 'unless-stopped', 'unless-stopped'),
    await start(tspod, 'unless-stopped-stopped', 'unless-stopped'),
    await start(tspod, 'on-failure', 'on-failure'),
    await start(tspod, 'on-failure-stopped', 'on-failure'),
  ]
  await tspod('create', '-q', '--network=none', '--restart', 'always', '--name', 'created', 'alpine', 'sleep', 'inf')
  await tspod('stop', 'always-stopped', 'unless-stopped-stopped', 'on-failure-stopped')
  await reboot(tspod, ids)
  expect(await running(tspod)).toEqual([])
  const booted = await tspod('system', 'boot', 'run')
  expect(booted).toEqual({ exitCode: 0, stdout: 'always\nalways-stopped\nunless-stopped\non-failure\n', stderr: '' })
  expect(await running(tspod)).toEqual(['always', 'always-stopped', 'on-failure', 'unless-stopped'])
  expect(await tspod('system', 'boot', 'run')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  await tspod('rm', '-f', '-t', '0', '-a')
})

test('a clean shutdown is no stop by the user', async ({ tspod }) => {
  const names = ['always', 'on-failure', 'unless-stopped']
  const ids = []
  for (const name of names) ids.push(await start(tspod, name, name))
  await start(tspod, 'plain', '')
  expect((await tspod('system', 'boot', 'stop')).stdout.split('\n').sort()).toEqual(['', ...names])
  expect(await running(tspod)).toEqual(['plain'])
  await tspod('stop', 'plain')
  await reboot(tspod, ids)
  expect((await tspod('system', 'boot', 'run')).stdout.split('\n').sort()).toEqual(['', ...names])
  expect(await tspod('stop', ...names)).toMatchObject({ exitCode: 0 })
  await reboot(tspod, ids)
  expect(await tspod('system', 'boot', 'run')).toMatchObject({ stdout: 'always\n' })
  await tspod('rm', '-f', '-t', '0', '-a')
})

test('one that cannot be started does not keep the others from it', async ({ tspod }) => {
  const ids = [await start(tspod, 'broken', 'always'), await start(tspod, 'fine', 'always')]
  await reboot(tspod, ids)
  rmSync(join(tspod.root, 'containers', ids[0] ?? '', 'hosts'))
  const booted = await tspod('system', 'boot', 'run')
  expect(booted).toMatchObject({ exitCode: 125, stdout: 'fine\n' })
  expect(booted.stderr).toMatch(/^error: [^\n]+ \[E_[A-Z_]+\]\n/)
  await tspod('rm', '-f', '-t', '0', '-a')
})

test('enable writes a unit that is wanted, disable takes it away, status says which', async ({ tspod, directory }) => {
  const env = { XDG_CONFIG_HOME: join(directory, 'config') }
  const unit = join(directory, 'config/systemd/user/tspod-boot.service')
  const link = join(directory, 'config/systemd/user/default.target.wants/tspod-boot.service')
  const before = await tspod.with({ env }, 'system', 'boot', 'status')
  expect(before).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^disabled: [^\n]+\n/) })
  await start(tspod, 'web', 'always')
  for (let time = 0; time < 2; time++) {
    const enabled = await tspod.with({ env }, 'system', 'boot', 'enable')
    expect(enabled).toMatchObject({ exitCode: 0, stdout: `${unit}\n${link}\n` })
    expect(enabled.stderr).toMatch(/lingering is off for \S+: [^\n]+"loginctl enable-linger \S+"\n$/)
  }
  expect(readlinkSync(link)).toBe(unit)
  const flags = `"--root" "${tspod.root}" "--runroot" "${tspod.runroot}"`
  expect(readFileSync(unit, 'utf8')).toContain(`ExecStart="${TSPOD}" ${flags} system boot run\n`)
  expect(readFileSync(unit, 'utf8')).toContain(`ExecStop="${TSPOD}" ${flags} system boot stop\n`)
  const status = await tspod.with({ env }, 'system', 'boot', 'status')
  expect(status.exitCode).toBe(0)
  expect(status.stdout).toMatch(/^enabled: \S+\nlingering is off for [^\n]+\nwould be started: web\n$/)
  expect(await tspod.with({ env }, 'system', 'boot', 'disable')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect([existsSync(unit), existsSync(link)]).toEqual([false, false])
  expect(await running(tspod)).toEqual(['web'])
  await tspod('rm', '-f', '-t', '0', '-a')
})
