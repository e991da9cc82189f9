import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '../support/fixtures.ts'
import { recordedProcesses } from '../support/processes.ts'
import { resultOf, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

/** Whatever is there can be listed and removed, and the next command finds everything in order. */
async function removeAll(tspod: Tspod): Promise<void> {
  const listed = await tspod('ps', '-a', '--format', '{{.ID}} {{.State}}')
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(listed.stdout).toMatch(/^([0-9a-f]{12} (created|running|exited)\n)*$/)
  const ids = listed.stdout.split('\n').flatMap((line) => line.split(' ')[0] || [])
  if (ids.length > 0) expect(await tspod('rm', '-f', '-t', '0', ...ids)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await tspod('run', '--rm', '--network=none', 'hello')).toMatchObject({ exitCode: 0, stderr: '' })
}

test.for([['-d'], ['-i']])(
  'run --rm %s killed at any moment has started the container, which can be removed, or has left nothing',
  { timeout: 120_000 },
  async ([option = ''], { tspod, host }) => {
    await tspod('run', '--rm', '--network=none', 'alpine', 'true')
    const before = host.traces()
    for (let moment = 0; moment < 12; moment++) {
      const child = tspod.spawn(['run', '--rm', option, '--network=none', 'alpine', 'sleep', 'inf'])
      const ended = resultOf(child)
      await sleep(20 + moment * 10) // any moment is a good one: what is checked holds for each
      child.kill('SIGKILL')
      await ended
      await until('the launcher has got somewhere', () => {
        const { processes } = host.traces()
        return recordedProcesses(tspod) !== undefined || processes.length === 0
      })
      await removeAll(tspod)
      await expect.poll(() => host.traces(), { message: `moment ${moment}` }).toEqual(before)
    }
  },
)

test.for([
  ['its directory is there', (tspod: Tspod) => entries(tspod.root, 'containers') > 0],
  ['its runtime directory is there', (tspod: Tspod) => entries(tspod.runroot, 'containers') > 0],
  ['it runs', (tspod: Tspod) => recordedProcesses(tspod) !== undefined],
] as const)('run --rm killed when %s', async ([what, isSo], { tspod, host }) => {
  await tspod('run', '--rm', 'hello')
  const before = host.traces()
  const child = tspod.spawn(['run', '--rm', 'hello'])
  const ended = resultOf(child)
  await until(what, () => isSo(tspod) || child.exitCode !== null)
  child.kill('SIGKILL')
  await ended
  await removeAll(tspod)
  await expect.poll(() => host.traces()).toEqual(before)
})

test('a container goes on when its foreground command is killed, and lets go of the streams of that', async ({
  tspod,
  host,
}) => {
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const before = host.traces()
  const child = tspod.spawn([
    'run',
    '--name',
    'box',
    'alpine',
    'sh',
    '-c',
    'echo up; while :; do echo on; sleep 0.1; done',
  ])
  const ended = resultOf(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137 }) // also: who reads the output sees its end

  expect(await tspod('ps', '--format', '{{.Names}} {{.State}}')).toMatchObject({ stdout: 'box running\n' })
  expect(await tspod('exec', 'box', 'echo', 'here')).toMatchObject({ exitCode: 0, stdout: 'here\n' })
  expect((await tspod('logs', 'box')).stdout).toMatch(/^up\n(on\n)*$/)
  expect(await tspod('stop', '-t', '0', 'box')).toMatchObject({ exitCode: 0 })
  expect(await tspod('wait', 'box')).toMatchObject({ stdout: '137\n' })
  expect(await tspod('rm', 'box')).toMatchObject({ exitCode: 0 })
  await expect.poll(() => host.traces()).toEqual(before)
})

test('the monitor tidies up after a --rm container whose foreground command was killed', async ({ tspod, host }) => {
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const before = host.traces()
  const child = tspod.spawn(['run', '--rm', '--name', 'box', 'alpine', 'sleep', 'inf'])
  const ended = resultOf(child)
  await until('it runs', () => recordedProcesses(tspod) !== undefined)
  child.kill('SIGKILL')
  await ended
  expect(await tspod('kill', 'box')).toMatchObject({ exitCode: 0 })
  await expect.poll(() => host.traces()).toEqual(before)
  expect(await tspod('ps', '-aq')).toMatchObject({ stdout: '' })
})

test('a killed exec leaves its process running and the container alone', async ({ tspod }) => {
  await using box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  const child = tspod.spawn(['exec', box.id, 'sh', '-c', 'echo up; sleep inf'])
  const ended = resultOf(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  child.kill('SIGKILL')
  expect(await ended).toMatchObject({ exitCode: 137 })
  const { stdout } = await box.exec('ps')
  expect(stdout.match(/sleep inf/g)).toHaveLength(2)
})

test('stop ends a container whose reader does not read, and the reader still gets what was written', async ({
  tspod,
}) => {
  const child = tspod.spawn(['run', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', 'yes; sleep inf'])
  await new Promise((resolve) => child.stdout?.once('readable', resolve)) // and not one byte is read
  expect(await tspod('stop', '-t', '0', 'box')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await tspod('ps', '-a', '--format', '{{.State}}')).toMatchObject({ stdout: 'exited\n' })
  const { exitCode, stdout } = await resultOf(child)
  expect(exitCode).toBe(137)
  expect(stdout).toMatch(/^(y\n)+y?$/)
})

test('what the caller has open beside its streams is not kept by the monitor', async ({ tspod }) => {
  const child = tspod.spawn(['run', '-d', '--network=none', 'alpine', 'sleep', 'inf'], { extraPipes: 2 })
  const { exitCode, stdout } = await resultOf(child) // only when all of its pipes are closed
  expect(exitCode).toBe(0)
  expect(await tspod('rm', '-f', '-t', '0', stdout.trim())).toMatchObject({ exitCode: 0 })
})

test('a container whose start cannot be noted does not run', async ({ tspod, host }) => {
  await tspod('run', '--rm', '--network=none', 'alpine', 'true')
  const before = host.traces()
  const run = await tspod('run', '-d', '--rm', '--pidfile', '/no/such/file', '--network=none', 'alpine', 'sleep', 'inf')
  expect(run).toMatchObject({ exitCode: 125, stdout: '' })
  expect(run.stderr).toMatch(/^error: could not write \/no\/such\/file: no such file or directory \[E_PIDFILE\]\n$/)
  await expect.poll(() => host.traces()).toEqual(before)
})

function entries(root: string, name: string): number {
  try {
    return readdirSync(join(root, name)).length
  } catch {
    return 0
  }
}
