import { chmodSync, mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { WhyReport } from '../../engine/why.ts'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

const QUIET = ['-q', '--network=none'] as const

async function why(tspod: Tspod, ...names: string[]): Promise<WhyReport> {
  const result = await tspod('why', '--json', ...names)
  expect(result).toMatchObject({ exitCode: 0, stderr: '' })
  return JSON.parse(result.stdout) as WhyReport
}

test('of the last container: its status in words, and what it wrote last', async ({ tspod }) => {
  await tspod('run', ...QUIET, '--name', 'first', 'alpine', 'true')
  const script = 'printf "\u001b[2Joh no\r\n" >&2; no-such-program' // as a terminal ends a line
  await tspod('run', ...QUIET, '--name', 'box', 'alpine', 'sh', '-c', script)
  const { exitCode, stdout } = await tspod('why')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^container: box \([0-9a-f]{12}\) of .*alpine/)
  expect(stdout).toMatch(/^state: {5}exited with status 127, after /m)
  expect(stdout).toMatch(/^because: {3}its program is a shell or the like, which did not find a command/m)
  expect(stdout).toMatch(/^log: {7}oh no\n {11}sh: no-such-program: not found$/m)
  expect(await why(tspod, 'first')).toMatchObject({ exitCode: 0, because: 'its program had done its work' })
})

test('one that could not be started: the step, its error, its hint and the status', async ({ tspod }) => {
  expect(await tspod('run', ...QUIET, '--name', 'box', 'alpine', '/no/such')).toMatchObject({ exitCode: 127 })
  expect(await why(tspod)).toMatchObject({
    status: 'created',
    exitCode: 127,
    because: expect.stringMatching(/^it could not be started: could not run \/no\/such: no such file, or not in PATH/),
    failure: { code: 'E_LAUNCH_FAILED', exitCode: 127 },
  })
  await tspod('create', ...QUIET, '--name', 'dir', '-w', '/proc/1/no', 'alpine', 'true')
  expect((await tspod('start', 'dir')).exitCode).toBe(125)
  const report = await why(tspod, 'dir')
  expect(report.because).toMatch(/could not be started: could not .*\/proc\/1\/no/)
  expect(report.failure?.code).toBe('E_LAUNCH_FAILED')
})

test('an error of a start is forgotten with the next one that works', async ({ tspod, directory }) => {
  mkdirSync(join(directory, 'd'))
  await tspod('create', ...QUIET, '--name', 'box', '-v', './d:/d', 'alpine', 'true')
  rmdirSync(join(directory, 'd'))
  expect((await tspod('start', 'box')).exitCode).toBe(125)
  expect((await why(tspod)).failure).not.toBeNull()
  mkdirSync(join(directory, 'd'))
  expect((await tspod('start', '-a', 'box')).exitCode).toBe(0)
  expect(await why(tspod)).toMatchObject({ failure: null, because: 'its program had done its work' })
})

test('who sent the signal, where tspod did', async ({ tspod }) => {
  const sleep = ['alpine', 'sleep', '1000'] as const
  await tspod('run', '-d', ...QUIET, '--name', 'stopped', '--init', ...sleep)
  await tspod('stop', 'stopped')
  expect(await why(tspod, 'stopped')).toMatchObject({ by: 'stop', signal: 'SIGTERM', exitCode: 143 })
  await tspod('run', '-d', ...QUIET, '--name', 'deaf', ...sleep)
  await tspod('stop', '-t', '1', 'deaf')
  expect(await why(tspod, 'deaf')).toMatchObject({
    by: 'stop',
    because: expect.stringMatching(/had not ended by its stop signal SIGTERM/),
    hints: [expect.stringContaining('--init'), expect.stringContaining('--time')],
  })
  await tspod('run', '-d', ...QUIET, '--name', 'killed', ...sleep)
  await tspod('kill', 'killed')
  await tspod('wait', 'killed')
  expect(await why(tspod, 'killed')).toMatchObject({ by: 'kill', signal: 'SIGKILL' })
  await tspod('run', '-d', ...QUIET, '--name', 'again', ...sleep)
  await tspod('restart', '-t', '0', 'again')
  await tspod('kill', 'again')
  await tspod('wait', 'again')
  expect(await why(tspod, 'again')).toMatchObject({ by: 'kill', signal: 'SIGKILL' })
  await tspod('run', ...QUIET, '--name', 'timed', '--timeout', '1', ...sleep)
  expect(await why(tspod, 'timed')).toMatchObject({ by: 'timeout' })
  await tspod('run', ...QUIET, '--name', 'broken', 'alpine', 'sh', '-c', "sh -c 'kill -SEGV $$'; exit $?")
  expect(await why(tspod, 'broken')).toMatchObject({ by: 'itself', signal: 'SIGSEGV', exitCode: 139 })
})

test('its health, with what the check said', async ({ tspod }) => {
  const check = ['--health-cmd', 'echo ill; exit 3', '--health-interval=50ms', '--health-retries=2']
  await tspod('run', '-d', ...QUIET, '--name', 'box', ...check, '--health-on-failure=kill', 'alpine', 'sleep', '1000')
  await tspod('wait', 'box')
  const report = await why(tspod, 'box')
  expect(report).toMatchObject({
    by: 'health',
    health: { status: 'unhealthy', last: { exitCode: 3, output: 'ill\n' } },
  })
})

test('what its restart policy has done', async ({ tspod }) => {
  await tspod('run', '-d', ...QUIET, '--name', 'box', '--restart=on-failure:2', 'alpine', 'sh', '-c', 'exit 4')
  await expect
    .poll(async () => await why(tspod, 'box'))
    .toMatchObject({
      status: 'exited',
      exitCode: 4,
      restart: { policy: 'on-failure', count: 2, maximum: 2 },
    })
})

test('a directory of the host that its user may not write to, and the flags that help', async ({
  tspod,
  directory,
}) => {
  mkdirSync(join(directory, 'data'))
  chmodSync(join(directory, 'data'), 0o755)
  const run = (...flags: string[]) =>
    tspod('run', ...QUIET, '--replace', '--name', 'box', '-u', '1234', ...flags, 'alpine', 'sh', '-c', 'echo > /data/x')
  expect((await run('-v', './data:/data')).exitCode).not.toBe(0)
  const report = await why(tspod)
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  expect(report.closed).toMatchObject([
    {
      destination: '/data',
      missing: ['write'],
      ownerOutside: `${uid}:${gid}`,
      ownerInside: '0:0',
      mode: '755',
      userInside: expect.stringMatching(/^1234:/),
    },
  ])
  const { stdout } = await tspod('why')
  expect(stdout).toContain('--userns=keep-id')
  expect(stdout).toContain(`-v ${join(directory, 'data')}:/data:U`)
  // What it says does help.
  expect((await run('-v', './data:/data:U')).exitCode).toBe(0)
  expect((await why(tspod)).closed).toEqual([])
})

test('what --egress refused', async ({ tspod }) => {
  await tspod('run', '-q', '--name', 'box', '--egress', 'none', 'alpine', 'nc', '-w', '5', '192.0.2.1', '81')
  expect((await why(tspod, 'box')).refused).toMatchObject([{ protocol: 'tcp', destination: '192.0.2.1', port: 81 }])
})

test('one that went with --rm: as much as the events know', async ({ tspod }) => {
  await tspod('run', ...QUIET, '--rm', '--name', 'box', 'alpine', 'sh', '-c', 'exit 139')
  for (const ref of [[], ['box']]) {
    expect(await why(tspod, ...ref)).toMatchObject({ name: 'box', status: 'removed', exitCode: 139, signal: 'SIGSEGV' })
  }
  expect((await tspod('why')).stdout).toMatch(/^state: {5}removed with status 139/m)
})

test('without a container it says so', async ({ tspod }) => {
  expect(await tspod('why')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('[E_CONTAINER_NOT_FOUND]'),
  })
})
