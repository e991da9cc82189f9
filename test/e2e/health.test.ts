import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

const QUIET = ['-q', '--network=none'] as const
const SLEEP = ['alpine', 'sleep', '1000'] as const
/** Well as long as there is this file. */
const CHECK = [
  '--health-cmd',
  'test -e /host/well && echo fine || { echo ill; exit 3; }',
  '--health-interval=50ms',
] as const

async function health(tspod: Tspod, name = 'box'): Promise<string> {
  return (await tspod('inspect', '-f', '{{.State.Health.Status}}', name)).stdout.trim()
}

async function becomes(tspod: Tspod, status: string): Promise<void> {
  await expect.poll(() => health(tspod)).toBe(status)
}

describe('health checks', () => {
  test('show whether it is well, with the last ones and what they printed', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'well'), '')
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      ...CHECK,
      '--health-retries=2',
      '-v',
      `${directory}:/host`,
      ...SLEEP,
    )
    await becomes(tspod, 'healthy')
    expect((await tspod('ps', '--format', '{{.Status}}')).stdout).toContain('(healthy)')
    rmSync(join(directory, 'well'))
    await becomes(tspod, 'unhealthy')
    expect((await tspod('ps', '--format', '{{.Status}}')).stdout).toContain('(unhealthy)')
    const [box] = JSON.parse((await tspod('inspect', 'box')).stdout)
    expect(box.State.Health.FailingStreak).toBeGreaterThanOrEqual(2)
    expect(box.State.Health.Log.length).toBeLessThanOrEqual(5)
    expect(box.State.Health.Log.at(-1)).toMatchObject({ ExitCode: 3, Output: 'ill\n' })
    writeFileSync(join(directory, 'well'), '')
    await becomes(tspod, 'healthy')
    // Written by who looks at what the monitor has found out.
    const told = ['events', '--stream=false', '--filter', 'event=health_status', '--format', '{{.Status}}'] as const
    await expect.poll(async () => (await tspod(...told)).stdout.split('\n').length - 1).toBe(3)
  })

  test('wait waits for it', async ({ tspod, directory }) => {
    await tspod('run', '-d', ...QUIET, '--name', 'box', ...CHECK, '-v', `${directory}:/host`, ...SLEEP)
    const waiting = tspod('wait', '--condition=healthy', 'box')
    writeFileSync(join(directory, 'well'), '')
    expect((await waiting).exitCode).toBe(0)
    expect(await health(tspod)).toBe('healthy')
  })

  test('in its start period failures do not count, and a success ends it', async ({ tspod, directory }) => {
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      ...CHECK,
      '--health-retries=1',
      '--health-start-period=1h',
      '--health-start-interval=50ms',
      '-v',
      `${directory}:/host`,
      ...SLEEP,
    )
    await expect
      .poll(async () => (await tspod('inspect', '-f', '{{len .State.Health.Log}}', 'box')).stdout.trim())
      .toBe('5')
    expect(await health(tspod)).toBe('starting')
    writeFileSync(join(directory, 'well'), '')
    await becomes(tspod, 'healthy')
    rmSync(join(directory, 'well'))
    await becomes(tspod, 'unhealthy')
  })

  test('one that takes too long is ended, and counts as failed', async ({ tspod }) => {
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      '--health-cmd',
      'echo before; sleep 1000',
      '--health-interval=50ms',
      '--health-timeout=200ms',
      '--health-retries=1',
      ...SLEEP,
    )
    await becomes(tspod, 'unhealthy')
    const last = async () => JSON.parse((await tspod('inspect', 'box')).stdout)[0].State.Health.Log.at(-1)
    // On a busy machine one may be ended before it has printed anything.
    await expect.poll(last).toMatchObject({ ExitCode: -1, Output: 'before\n' })
    // Nothing of those that were ended is left in the container.
    const { stdout } = await tspod('exec', 'box', 'ps', '-o', 'args')
    expect(stdout.split('\n').filter((line) => line.includes('echo before')).length).toBeLessThanOrEqual(2)
  })

  test.for([
    ['kill', 'exited 137'],
    ['stop', 'exited 137'],
    ['none', 'running 0'],
  ] as const)('--health-on-failure=%s', async ([action, state], { tspod, directory }) => {
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      ...CHECK,
      '--health-retries=1',
      '--stop-timeout=0',
      `--health-on-failure=${action}`,
      '-v',
      `${directory}:/host`,
      ...SLEEP,
    )
    const now = async () => (await tspod('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'box')).stdout.trim()
    await becomes(tspod, 'unhealthy')
    await expect.poll(now).toBe(state)
  })

  test('--health-on-failure=restart starts it again', async ({ tspod, directory }) => {
    await tspod(
      'run',
      '-d',
      ...QUIET,
      '--name',
      'box',
      ...CHECK,
      '--health-retries=1',
      '--stop-timeout=0',
      '--health-on-failure=restart',
      '-v',
      `${directory}:/host`,
      ...SLEEP,
    )
    const pid = async () => (await tspod('inspect', '-f', '{{.State.Pid}}', 'box')).stdout.trim()
    const first = await pid()
    await expect.poll(async () => ['0', first].includes(await pid())).toBe(false)
    writeFileSync(join(directory, 'well'), '')
    await becomes(tspod, 'healthy')
  })

  test('a startup check comes first, until it has succeeded often enough', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'well'), '')
    const startup = ['--health-startup-cmd', 'test -e /host/up', '--health-startup-interval=disable'] as const
    await tspod(
      ...[
        'run',
        '-d',
        ...QUIET,
        '--name',
        'box',
        ...CHECK,
        ...startup,
        '--health-startup-success=2',
        '--health-max-log-count=0',
      ],
      ...['-v', `${directory}:/host`, ...SLEEP],
    )
    const check = () => tspod('healthcheck', 'run', 'box')
    expect(await check()).toMatchObject({ exitCode: 1, stdout: 'starting\n' })
    writeFileSync(join(directory, 'up'), '')
    expect(await check()).toMatchObject({ exitCode: 0 })
    expect(await health(tspod)).toBe('starting')
    expect(await check()).toMatchObject({ exitCode: 0 })
    await becomes(tspod, 'healthy')
    rmSync(join(directory, 'up'))
    const [box] = JSON.parse((await tspod('inspect', 'box')).stdout)
    expect(box.State.Health.Log[0]).toMatchObject({ ExitCode: 1 })
    expect(box.Config.StartupHealthCheck).toEqual({
      ...{ Test: ['CMD-SHELL', 'test -e /host/up'], Interval: 0, Timeout: 30e9, Successes: 2 },
    })
    expect(await check()).toMatchObject({ exitCode: 0 })
  })

  test('after as many failures of it as it may have the container is restarted', async ({ tspod, directory }) => {
    const startup = ['--health-startup-cmd', 'test -e /host/up', '--health-startup-interval=50ms'] as const
    await tspod(
      ...['run', '-d', ...QUIET, '--name', 'box', ...CHECK, ...startup, '--stop-timeout=0'],
      ...['-v', `${directory}:/host`, ...SLEEP],
    )
    const pid = async () => (await tspod('inspect', '-f', '{{.State.Pid}}', 'box')).stdout.trim()
    const failures = async () => Number((await tspod('inspect', '-f', '{{.State.Health.FailingStreak}}', 'box')).stdout)
    const first = await pid()
    await expect.poll(failures).toBeGreaterThan(4)
    expect(await pid()).toBe(first)
    await tspod('update', '--health-startup-retries=2', 'box')
    await tspod('restart', 'box')
    const second = await pid()
    await expect.poll(async () => ['0', second].includes(await pid())).toBe(false)
    writeFileSync(join(directory, 'up'), '')
    writeFileSync(join(directory, 'well'), '')
    await becomes(tspod, 'healthy')
  })

  test('healthcheck run checks now', async ({ tspod, directory }) => {
    const slow = ['--health-cmd', CHECK[1], '--health-interval=1h'] as const
    await tspod('run', '-d', ...QUIET, '--name', 'box', ...slow, '-v', `${directory}:/host`, ...SLEEP)
    expect(await tspod('healthcheck', 'run', 'box')).toEqual({ exitCode: 1, stdout: 'starting\n', stderr: '' })
    writeFileSync(join(directory, 'well'), '')
    expect(await tspod('healthcheck', 'run', 'box')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(await health(tspod)).toBe('healthy')
    rmSync(join(directory, 'well'))
    for (const line of ['healthy\n', 'healthy\n', 'unhealthy\n']) {
      expect(await tspod('healthcheck', 'run', 'box')).toEqual({ exitCode: 1, stdout: line, stderr: '' })
    }
  })

  test('--no-healthcheck, and none at all', async ({ tspod }) => {
    await tspod('run', '-d', ...QUIET, '--name', 'box', '--no-healthcheck', ...SLEEP)
    expect(await tspod('healthcheck', 'run', 'box')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('E_NO_HEALTHCHECK'),
    })
  })
})
