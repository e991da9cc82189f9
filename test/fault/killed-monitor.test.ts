import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '../support/fixtures.ts'
import { isAlive, recordedProcesses } from '../support/processes.ts'
import { resultOf, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

function processesOf(tspod: Tspod, id?: string) {
  const processes = recordedProcesses(tspod, id)
  if (!processes) throw new Error('no container runs')
  return processes
}

test('the container and its network helper die with their monitor', async ({ tspod, host }) => {
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const before = host.traces()
  await using box = await tspod.start('--name', 'box', '--network=slirp4netns', 'alpine', 'sleep', 'inf')
  const { first, monitor, helpers } = processesOf(tspod, box.id)
  expect(helpers.length).toBeGreaterThan(1) // a guard and slirp4netns
  expect([first, monitor, ...helpers].map(isAlive)).not.toContain(false)

  process.kill(monitor, 'SIGKILL')
  await until('all are gone', () => ![first, monitor, ...helpers].some(isAlive))
  const endedAtMs = Date.now()
  expect((await tspod('ps', '-a', '--format', '{{.Status}}')).stdout).toMatch(/^Exited \(137\) /)
  const [{ State: state }] = JSON.parse((await tspod('inspect', 'box')).stdout)
  expect(Date.parse(state.FinishedAt)).toBeGreaterThanOrEqual(endedAtMs)
  expect(await tspod('exec', 'box', 'true')).toMatchObject({ exitCode: 255 })
  expect(await tspod('stop', 'box')).toMatchObject({ exitCode: 0 })
  expect(await tspod('wait', 'box')).toMatchObject({ stdout: '137\n' })
  expect(await tspod('rm', 'box')).toMatchObject({ exitCode: 0 })
  expect(host.traces()).toEqual(before)
})

test.for([[[]], [['--init']]])(
  'run --rm %j says so when the monitor is killed, and leaves nothing',
  async ([options = []], { tspod, host }) => {
    await tspod('run', '--rm', '--network=none', 'alpine', 'true')
    const before = host.traces()
    const ended = resultOf(tspod.spawn(['run', '--rm', ...options, 'alpine', 'sleep', 'inf']))
    await until('it runs', () => recordedProcesses(tspod) !== undefined)
    process.kill(processesOf(tspod).monitor, 'SIGKILL')
    const { exitCode, stderr } = await ended
    expect(exitCode).toBe(137)
    expect(stderr).toMatch(/^error: [^\n]*\[E_MONITOR_LOST\]\n$/)
    await until('nothing is left', () => JSON.stringify(host.traces()) === JSON.stringify(before))
    expect(await tspod('ps', '-aq')).toMatchObject({ stdout: '' })
  },
)

test('stop and rm -f right after the monitor was killed wait for the container to die', async ({ tspod, host }) => {
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const before = host.traces()
  for (const command of [
    ['stop', '-t', '0'],
    ['rm', '-f', '-t', '0'],
    ['rm', '-f'],
  ]) {
    const box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
    process.kill(processesOf(tspod, box.id).monitor, 'SIGKILL')
    expect(await tspod(...command, box.id)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await tspod('rm', '-f', box.id)).toMatchObject({ exitCode: 0, stderr: '' })
  }
  expect(host.traces()).toEqual(before)
})

test('a killed exec monitor takes its process along, and leaves the container alone', async ({ tspod, host }) => {
  await using box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  const before = host.traces()
  const child = tspod.spawn(['exec', box.id, 'sh', '-c', 'echo up; sleep inf'])
  const ended = resultOf(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  const monitor = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number)
  expect(monitor).toHaveLength(1)
  process.kill(monitor[0] ?? 0, 'SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137, stdout: 'up\n' })
  expect(await box.exec('pkill', 'sleep')).toMatchObject({})
  expect(before.mounts).toEqual(host.traces().mounts)
})

test('the end of the first process by SIGKILL is recorded as 137', async ({ tspod, host }) => {
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const before = host.traces()
  await using box = await tspod.start('--name', 'box', '--network=none', 'alpine', 'sleep', 'inf')
  process.kill(processesOf(tspod, box.id).first, 'SIGKILL')
  expect(await tspod('wait', 'box')).toMatchObject({ exitCode: 0, stdout: '137\n' })
  expect(await tspod('inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', 'box')).toMatchObject({
    stdout: 'exited 137\n',
  })
  expect(await tspod('rm', 'box')).toMatchObject({ exitCode: 0 })
  await until('nothing is left', () => JSON.stringify(host.traces()) === JSON.stringify(before))
})

test('containers outlive the holder of the namespace, and every command reaches them', async ({ tspod, directory }) => {
  const runtime = join(directory, 'runtime') // the holder of the other tests stays as it is
  mkdirSync(runtime, { mode: 0o700 })
  const env = { XDG_RUNTIME_DIR: runtime }
  const run = (...args: string[]) => tspod.with({ env }, ...args)
  const holder = () => Number(readFileSync(join(runtime, 'tspod/holder'), 'utf8').split(' ')[0])
  try {
    expect(await run('run', '-d', '--name', 'box', 'alpine', 'sleep', 'inf')).toMatchObject({ exitCode: 0 })
    for (let time = 0; time < 2; time++) {
      const killed = holder()
      process.kill(killed, 'SIGKILL')
      await until('the holder is gone', () => !isAlive(killed))
      expect(await run('ps', '--format', '{{.Names}} {{.State}}')).toMatchObject({ stdout: 'box running\n' })
      expect(holder()).not.toBe(killed)
      expect(await run('exec', 'box', 'echo', 'here')).toMatchObject({ exitCode: 0, stdout: 'here\n', stderr: '' })
    }
    expect(await run('run', '--rm', 'hello')).toMatchObject({ exitCode: 0 })
    expect(await run('stop', '-t', '0', 'box')).toMatchObject({ exitCode: 0 })
    expect(await run('rm', 'box')).toMatchObject({ exitCode: 0 })
  } finally {
    await run('rm', '-f', '-t', '0', 'box')
    process.kill(holder(), 'SIGKILL')
  }
})

test('cp from a container whose end its monitor has yet to write down waits for that', async ({ tspod }) => {
  await using box = await tspod.start('--name', 'box', '--network=none', 'alpine', 'sleep', 'inf')
  const { first, monitor } = processesOf(tspod, box.id)
  process.kill(monitor, 'SIGSTOP')
  process.kill(first, 'SIGKILL')
  await until('it has ended', () => !isAlive(first))
  const copied = resultOf(tspod.spawn(['cp', 'box:/etc/group', 'group']))
  await sleep(500) // any moment is a good one, and most are after its first look
  process.kill(monitor, 'SIGCONT')
  expect(await copied).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})
