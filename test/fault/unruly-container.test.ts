import { createHash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { expect, test } from '../support/fixtures.ts'
import { isAlive, recordedProcesses } from '../support/processes.ts'
import { resultOf } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const MEGABYTES = 50

test('one that closes its streams runs on, and its exit status arrives', async ({ tspod }) => {
  const ended = tspod('run', '--rm', '--network=none', 'alpine', 'sh', '-c', 'exec <&- >&- 2>&-; sleep 0.3; exit 9')
  expect(await ended).toEqual({ exitCode: 9, stdout: '', stderr: expect.not.stringContaining('error') })
})

test('one that ignores SIGTERM is killed when its time is over', async ({ tspod }) => {
  const script = 'trap "" TERM; echo up; while :; do sleep 0.1; done'
  const child = tspod.spawn(['run', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', script])
  const ended = resultOf(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  const startMs = performance.now()
  expect(await tspod('stop', '-t', '1', 'box')).toMatchObject({ exitCode: 0 })
  expect(performance.now() - startMs).toBeGreaterThan(1000)
  expect(performance.now() - startMs).toBeLessThan(10_000) // what it would wait for unasked
  expect(await ended).toMatchObject({ exitCode: 137 })
})

test('daemons that it forked end with it, and hold nobody up', async ({ tspod, host }) => {
  const daemon = 'trap "" HUP TERM; echo $0; touch /tmp/up-$0; sleep inf'
  const haveSpoken = '[ "$(ls /tmp | grep -c ^up)" = 5 ]'
  const script = `for i in 1 2 3 4 5; do (setsid sh -c '${daemon}' $i &); done; until ${haveSpoken}; do :; done; exit 3`
  for (const init of [[], ['--init']]) {
    const { exitCode, stdout } = await tspod('run', '--rm', ...init, '--network=none', 'alpine', 'sh', '-c', script)
    expect(exitCode).toBe(3)
    expect(stdout.split('\n').sort().join('')).toBe('12345')
    expect(host.traces().processes).toEqual([])
  }
})

test('a process that exec left behind, and that writes without end, does not keep exec', async ({ tspod }) => {
  await using box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  const { exitCode, stdout } = await box.exec(
    'sh',
    '-c',
    '(echo y; touch /up; exec yes) & until [ -e /up ]; do :; done; exit 4',
  )
  expect(exitCode).toBe(4)
  expect(stdout).toMatch(/^y\n/)
})

test('one that forks without end meets its limit, and can be stopped', async ({ tspod, host }) => {
  const script = 'echo up; f() { f & f & }; f; sleep inf'
  const child = tspod.spawn([
    'run',
    '--name',
    'box',
    '--ulimit',
    'nproc=200',
    '-u',
    '1000',
    '--network=none',
    'alpine',
    'sh',
    '-c',
    script,
  ])
  const ended = resultOf(child)
  await new Promise((resolve) => child.stdout?.once('data', resolve))
  const { first } = recordedProcesses(tspod) ?? { first: 0 }
  expect(await tspod('stop', '-t', '0', 'box')).toMatchObject({ exitCode: 0 })
  await ended
  await until('it is gone', () => !isAlive(first))
  expect(await tspod('rm', 'box')).toMatchObject({ exitCode: 0 })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})

test(`${MEGABYTES} MB of output are in the log as they were written`, async ({ tspod }) => {
  const script = `yes "a line of the log, and not a short one" | head -c ${MEGABYTES << 20}; echo end >&2`
  const sums = async (args: readonly string[]) => {
    const child = tspod.spawn(args)
    const hash = createHash('sha256')
    let bytes = 0
    child.stdout?.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      bytes += chunk.length
    })
    child.stderr?.resume()
    await new Promise((resolve) => child.once('close', resolve))
    return { exitCode: child.exitCode, bytes, hash: hash.digest('hex') }
  }
  const written = await sums(['run', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', script])
  expect(written).toMatchObject({ exitCode: 0, bytes: MEGABYTES << 20 })
  expect(await sums(['logs', 'box'])).toEqual(written)
})

/** Undefined where as many wait for the monitor as the kernel lets. */
async function connected(path: string): Promise<Socket | undefined> {
  const socket = connect(path).on('error', () => {})
  return await new Promise((resolve) => {
    socket.once('connect', () => resolve(socket))
    socket.once('close', () => resolve(undefined))
  })
}

test('more commands may wait for one container than its monitor has places, and it still hears stop', async ({
  tspod,
}) => {
  const { id } = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  // the path itself may be too long for the address of a socket
  const directory = openSync(`${tspod.runroot}/containers/${id}`, 'r')
  const sockets: Socket[] = []
  while (sockets.length < 80) {
    const socket = await connected(`/proc/self/fd/${directory}/control`)
    if (socket) sockets.push(socket)
  }
  expect(await tspod('attach', id)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/^error: too many are attached.*\[E_ATTACH_REFUSED\]\n/),
  })
  const waiting = tspod('wait', id)
  expect(await tspod('stop', '-t', '0', id)).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await waiting).toMatchObject({ exitCode: 0, stdout: '137\n' })
  expect(await tspod('rm', id)).toMatchObject({ exitCode: 0 })
  for (const socket of sockets) socket.destroy()
  closeSync(directory)
})
