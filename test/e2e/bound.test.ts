import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { startChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { resultOf, TSPOD } from '../support/tspod.ts'

const QUIET = ['-q', '--network=none'] as const
const SLEEP = ['alpine', 'sleep', '1000'] as const

describe('--bind-to', () => {
  test('a pid: when that process has ended the container is killed', async ({ tspod }) => {
    const owner = startChild('/bin/sleep', ['1000'], { stdio: 'ignore' })
    await tspod('run', '-d', ...QUIET, '--name', 'box', `--bind-to=${owner.pid}`, ...SLEEP)
    expect((await tspod('inspect', '-f', '{{.State.Status}}', 'box')).stdout).toBe('running\n')
    const waiting = tspod('wait', 'box')
    owner.kill('SIGKILL')
    expect((await waiting).stdout).toBe('137\n')
  })

  test('parent: as soon as the shell that started it has gone', async ({ tspod, directory, host }) => {
    const command = `${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} run -d --rm -q --network=none --bind-to=parent alpine sleep 1000; echo done`
    const env = { ...process.env, CONTAINERS_REGISTRIES_CONF: process.env['CONTAINERS_REGISTRIES_CONF'] ?? '' }
    await tspod('pull', '-q', 'alpine')
    const shell = await resultOf(
      startChild('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], env, cwd: directory }),
    )
    expect(shell).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\ndone\n$/) })
    await expect.poll(() => host.traces()).toEqual({ mounts: [], processes: [], files: [] })
  })

  test.for(['0', '1', 'x', '999999999'])('%s is nobody', async (owner, { tspod }) => {
    const run = await tspod('run', '-d', ...QUIET, `--bind-to=${owner}`, ...SLEEP)
    expect(run).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('E_BAD_OWNER') })
  })
})

test('what ends with its owner is not started again', async ({ tspod }) => {
  const run = await tspod('run', '-d', ...QUIET, '--bind-to=parent', '--restart=always', ...SLEEP)
  expect(run).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringContaining('E_BAD_RESTART') })
})

test('--timeout kills it when its time is over', async ({ tspod }) => {
  const run = await tspod('run', '--rm', ...QUIET, '--timeout=1', ...SLEEP)
  expect(run.exitCode).toBe(137)
})

describe('--preserve-fds', () => {
  const passing = (tspod: { root: string; runroot: string }, file: string, ...args: string[]) => {
    const env = { ...process.env }
    const argv = ['--root', tspod.root, '--runroot', tspod.runroot, ...args]
    return resultOf(startChild(TSPOD, argv, { stdio: ['ignore', 'pipe', 'pipe', openSync(file, 'r+')], env }))
  }

  test('gives the program descriptors of the caller, in run and exec', async ({ tspod, directory }) => {
    const file = join(directory, 'given')
    writeFileSync(file, 'a line\n')
    await tspod('pull', '-q', 'alpine')
    const script = 'cat <&3; echo more >&3'
    expect(
      await passing(tspod, file, 'run', '--rm', ...QUIET, '--preserve-fds=1', 'alpine', 'sh', '-c', script),
    ).toEqual({ exitCode: 0, stdout: 'a line\n', stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe('a line\nmore\n')
    await using box = await tspod.start('--network=none', ...SLEEP)
    expect((await passing(tspod, file, 'exec', '--preserve-fds=1', box.id, 'sh', '-c', 'cat <&3')).stdout).toBe(
      'a line\nmore\n',
    )
    // What was not asked for is not there.
    expect((await passing(tspod, file, 'exec', box.id, 'sh', '-c', 'ls /proc/self/fd | wc -l')).stdout).toBe('4\n')
  })

  test('that are not open are no gift', async ({ tspod }) => {
    const run = await tspod('run', '--rm', ...QUIET, '--preserve-fds=2', 'alpine', 'true')
    expect(run).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('E_BAD_DESCRIPTORS') })
  })
})

describe('namespaces of another container', () => {
  const NAMES = ['net', 'ipc', 'uts', 'pid', 'user'] as const
  const links = NAMES.map((name) => `readlink /proc/self/ns/${name}`).join('; ')

  test.for([
    ['--network', ['net', 'user']],
    ['--ipc', ['ipc', 'user']],
    ['--uts', ['uts', 'user']],
    ['--pid', ['pid', 'user']],
  ] as const)('%s container:NAME', async ([flag, shared], { tspod }) => {
    await using box = await tspod.start('--network=none', '--name', 'box', ...SLEEP)
    const theirs = (await box.exec('sh', '-c', links)).stdout.trim().split('\n')
    const network = flag === '--network' ? [] : ['--network=none']
    const run = await tspod('run', '--rm', '-q', ...network, `${flag}=container:box`, 'alpine', 'sh', '-c', links)
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    const ours = run.stdout.trim().split('\n')
    expect(NAMES.filter((_, index) => ours[index] === theirs[index])).toEqual(
      NAMES.filter((name) => (shared as readonly string[]).includes(name)),
    )
  })

  test('a program in there serves the other, on a port of its own right', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', '--name', 'box', ...SLEEP)
    await tspod(
      'run',
      '-d',
      '-q',
      '--name',
      'side',
      '--network=container:box',
      'alpine',
      'nc',
      '-ll',
      '-p',
      '80',
      '-e',
      'echo',
      'served',
    )
    await expect.poll(async () => (await box.exec('nc', '127.0.0.1', '80')).stdout).toBe('served\n')
    expect((await tspod('exec', 'side', 'sh', '-c', 'echo in')).stdout).toBe('in\n')
    await tspod('rm', '-f', '-t', '0', 'side')
  })

  test('with the pids of the other, what it leaves behind ends with it', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', '--name', 'box', '--init', ...SLEEP)
    const run = await tspod('run', '--rm', ...QUIET, '--pid=container:box', 'alpine', 'sh', '-c', 'sleep 987 & exit 3')
    expect(run.exitCode).toBe(3)
    expect((await box.exec('ps', '-o', 'args')).stdout).not.toContain('sleep 987')
  })

  test('with the pids of the host, what it leaves behind ends with it', async ({ tspod, host }) => {
    const run = await tspod('run', '--rm', ...QUIET, '--pid=host', 'alpine', 'sh', '-c', 'sleep 986 & echo $$')
    expect(run).toMatchObject({ exitCode: 0 })
    expect(Number(run.stdout)).toBeGreaterThan(1)
    await expect.poll(() => host.traces()).toEqual({ mounts: [], processes: [], files: [] })
  })

  test('it is started first where it does not run', async ({ tspod }) => {
    await tspod('create', '-q', '--network=none', '--name', 'box', ...SLEEP)
    const run = await tspod('run', '--rm', '-q', '--network=container:box', 'alpine', 'echo', 'in')
    expect(run).toEqual({ exitCode: 0, stdout: 'in\n', stderr: '' })
    expect((await tspod('exec', 'box', 'echo', 'up')).stdout).toBe('up\n')
  })
})
