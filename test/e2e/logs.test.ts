import { closeSync, constants, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { runProgram } from '../../scripts/run-program.ts'
import { expect, test } from '../support/fixtures.ts'
import { resultOf, type Tspod } from '../support/tspod.ts'

/** A container that has said something and ended. */
async function spoken(tspod: Tspod, script: string, ...options: string[]): Promise<string> {
  const box = await tspod.start('--network=none', ...options, 'alpine', 'sh', '-c', script)
  await tspod('wait', box.id)
  return box.id
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}\n`).join('')

describe.each(['k8s-file', 'json-file'])('%s', (driver) => {
  const DRIVER = ['--log-driver', driver] as const

  test('streams, pieces of lines, quotes and bytes come as they were written', async ({ tspod }) => {
    const script = String.raw`echo one; echo bad >&2; printf 'half '; sleep 0.1; echo 'of "it" \n'; printf 'a\000b\303\274\tc\n'; printf end`
    const id = await spoken(tspod, script, ...DRIVER)
    expect(await tspod('logs', id)).toEqual({
      exitCode: 0,
      stdout: 'one\nhalf of "it" \\n\na\0bü\tc\nend',
      stderr: 'bad\n',
    })
  })

  test('--tail, --since, --until and -t', async ({ tspod }) => {
    const id = await spoken(tspod, 'for i in $(seq 1 500); do echo line $i; done; printf "no end"', ...DRIVER)
    expect((await tspod('logs', '--tail', '3', id)).stdout).toBe('line 499\nline 500\nno end')
    expect((await tspod('logs', '--tail', '0', id)).stdout).toBe('')
    expect((await tspod('logs', '--tail=-1', id)).stdout).toBe(`${numbers(1, 500)}no end`)
    const { stdout } = await tspod('logs', '-t', '--tail', '2', id)
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 500\n\d{4}-.{24}Z no end$/)
    expect((await tspod('logs', '--since', '1h', '--until', '0s', id)).stdout).toBe(`${numbers(1, 500)}no end`)
    expect((await tspod('logs', '--until', '1h', id)).stdout).toBe('')
    expect((await tspod('logs', '--since', '2999-01-01T00:00:00Z', id)).stdout).toBe('')
  })

  test('a rotated log is read as one, oldest first', async ({ tspod, directory }) => {
    const limits = ['--log-opt', 'max-size=4k', '--log-opt', 'max-file=3']
    const id = await spoken(tspod, 'for i in $(seq 1 900); do echo line $i; done', ...DRIVER, ...limits)
    const files = readdirSync(join(directory, 'root/containers', id)).filter((name) => name.startsWith('ctr.log'))
    expect(files.sort()).toEqual(['ctr.log', 'ctr.log.1', 'ctr.log.2'])
    const { stdout } = await tspod('logs', id)
    const first = Number(/line (\d+)/.exec(stdout)?.[1])
    expect(first).toBeGreaterThan(1)
    expect(first).toBeLessThan(850)
    expect(stdout).toBe(numbers(first, 900))
    expect((await tspod('logs', '--tail', `${900 - first}`, id)).stdout).toBe(numbers(first + 1, 900))
  })

  test('-f follows across rotations and misses nothing', async ({ tspod }) => {
    const limits = ['--log-opt', 'max-size=8k', '--log-opt', 'max-file=200']
    const script = 'mkfifo /go; echo ready; read go < /go; for i in $(seq 1 5000); do echo line $i; done'
    await using box = await tspod.start('--network=none', ...DRIVER, ...limits, 'alpine', 'sh', '-c', script)
    const follower = tspod.spawn(['logs', '-f', box.id])
    const followed = resultOf(follower)
    await new Promise((resolve) => follower.stdout?.once('data', resolve))
    await box.exec('sh', '-c', 'echo > /go')
    expect(await followed).toEqual({ exitCode: 0, stdout: `ready\n${numbers(1, 5000)}`, stderr: '' })
  })
})

test('there is a log while it is rotated, whatever the number of its files', async ({ tspod, directory }) => {
  for (const files of ['1', '2', '3']) {
    const limits = ['--log-opt', 'max-size=4k', '--log-opt', `max-file=${files}`]
    await using box = await tspod.start('--network=none', ...limits, 'alpine', 'yes')
    const path = join(directory, 'root/containers', box.id, 'ctr.log')
    const endMs = performance.now() + 20_000 // nothing else has a turn meanwhile, as a test's time out
    for (let rotations = 0, last = 0; rotations < 300; ) {
      const { ino } = statSync(path)
      if (performance.now() > endMs) throw new Error(`rotated only ${rotations} times`)
      if (ino !== last) rotations++
      last = ino
    }
  }
})

test('a pipe in the place of a log keeps nobody waiting, whether it is read or not', async ({ tspod, directory }) => {
  const path = join(directory, 'log')
  await runProgram('/usr/bin/mkfifo', [path])
  const run = ['run', '--rm', '-q', '--network=none', '--log-opt', `path=${path}`, 'alpine', 'seq', '30000'] as const
  expect(await tspod(...run)).toMatchObject({
    exitCode: 125,
    stderr: 'error: could not open the log: it is a pipe that nobody reads [E_LAUNCH_FAILED]\n',
  })
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const { exitCode, stdout } = await tspod(...run)
  closeSync(reader)
  expect([exitCode, stdout.split('\n').length]).toEqual([0, 30_001])
})

describe('-f', () => {
  test('goes on while the restart policy has the container start again', async ({ tspod }) => {
    const script = 'echo run; [ "$(cat /n 2>/dev/null)" = xx ] && exit 0; printf x >> /n; exit 3'
    await using box = await tspod.start('--network=none', '--restart', 'on-failure:5', 'alpine', 'sh', '-c', script)
    expect(await tspod('logs', '-f', box.id)).toMatchObject({ exitCode: 0, stdout: 'run\nrun\nrun\n' })
  })

  test('goes on across a restart by hand, and ends with the container', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', 'alpine', 'sh', '-c', 'echo started; exec sleep 1000')
    const follower = tspod.spawn(['logs', '-f', box.id])
    const followed = resultOf(follower)
    const next = () => new Promise((resolve) => follower.stdout?.once('data', resolve))
    await next()
    const again = next()
    await tspod('restart', '-t', '0', box.id)
    await again
    await tspod('stop', '-t', '0', box.id)
    expect(await followed).toMatchObject({ exitCode: 0, stdout: 'started\nstarted\n' })
  })

  test('ends when the container is removed', async ({ tspod }) => {
    await using box = await tspod.start('--network=none', 'alpine', 'sh', '-c', 'echo here; exec sleep 1000')
    const follower = tspod.spawn(['logs', '-f', box.id])
    const followed = resultOf(follower)
    await new Promise((resolve) => follower.stdout?.once('data', resolve))
    await tspod('rm', '-f', '-t', '0', box.id)
    expect(await followed).toMatchObject({ exitCode: 0, stdout: 'here\n' })
  })

  test('ends at the time of --until, and with whoever reads it', async ({ tspod }) => {
    // Slow, so that what was written before that time is there also where the command comes after it.
    await using slow = await tspod.start('--network=none', 'alpine', 'sh', '-c', 'while echo y; do sleep 0.01; done')
    await expect.poll(async () => (await tspod('logs', slow.id)).stdout).toMatch(/^y\n/)
    const until = await tspod('logs', '-f', '--until', `${Date.now() / 1000 + 2}`, slow.id)
    expect(until).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^(y\n)+$/), stderr: '' })
    await using box = await tspod.start('--network=none', '--log-opt', 'max-size=1m', 'alpine', 'yes')
    const follower = tspod.spawn(['logs', '-f', box.id])
    follower.stdout?.once('data', () => follower.stdout?.destroy())
    expect(await new Promise((resolve) => follower.once('exit', resolve))).toBe(141)
  })

  test('of several containers, each line with its owner', async ({ tspod }) => {
    const one = await spoken(tspod, 'echo from one; echo more; printf half', '--name', 'one')
    const two = await spoken(tspod, 'echo from two', '--name', 'two')
    const lines = (text: string) => text.split('\n').sort()
    const byId = await tspod('logs', one, two)
    expect(byId.stdout).toBe(
      `${one.slice(0, 12)} from one\n${one.slice(0, 12)} more\n${one.slice(0, 12)} half${two.slice(0, 12)} from two\n`,
    )
    const { stdout } = await tspod('logs', '-f', '--names', 'one', 'two')
    expect(lines(stdout).length).toBeGreaterThan(2)
    expect(stdout).toContain('one from one\none more\n')
    expect(stdout).toContain('two from two\n')
    const coloured = await tspod('logs', '--color', '--names', '--tail', '1', 'two', 'one')
    expect(coloured.stdout).toBe('\u001b[37mtwo from two\u001b[0m\n\u001b[31mone half')
    expect(await tspod('logs', '--latest')).toMatchObject({ stdout: 'from two\n' })
  })
})

test('-n is the tail for docker and the names for podman', async ({ tspod }) => {
  const id = await spoken(tspod, 'echo one; echo two', '--name', 'box')
  const docker = await tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, 'logs', '-n', '1', id)
  expect(docker).toMatchObject({ exitCode: 0, stdout: 'two\n' })
  expect(await tspod('logs', '-n', 'box', 'box')).toMatchObject({ stdout: 'box one\nbox two\n'.repeat(2) })
  expect((await tspod('logs', '--details', '--tail', '1', id)).stdout).toBe(' two\n')
})

test('what is no UTF-8 stays in k8s-file, and is marked in json-file, as with docker', async ({ tspod, directory }) => {
  const script = String.raw`printf 'a\377b\n'`
  const [k8s, json] = [await spoken(tspod, script), await spoken(tspod, script, '--log-driver', 'json-file')]
  const raw = async (id: string) => {
    const child = tspod.spawn(['logs', id])
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    await new Promise((resolve) => child.once('close', resolve))
    return Buffer.concat(chunks)
  }
  expect(await raw(k8s)).toEqual(Buffer.from('a\xffb\n', 'latin1'))
  expect(await raw(json)).toEqual(Buffer.from('a\ufffdb\n'))
  const [line = ''] = readFileSync(join(directory, 'root/containers', json, 'ctr.log'), 'utf8').split('\n')
  expect(JSON.parse(line)).toEqual({ log: 'a\ufffdb\n', stream: 'stdout', time: expect.stringMatching(/Z$/) })
})

test.for(['none', 'passthrough'])(
  'with --log-driver %s there is nothing to read, and that is said',
  async (driver, { tspod }) => {
    await tspod('create', '--name', 'mute', '--network=none', '--log-driver', driver, 'alpine', 'true')
    expect(await tspod('logs', 'mute')).toMatchObject({
      exitCode: 125,
      stdout: '',
      stderr: expect.stringContaining(`the log driver of container mute is ${driver}: there is no log [E_NO_LOG]`),
    })
  },
)
