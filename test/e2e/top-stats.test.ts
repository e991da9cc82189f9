import { once } from 'node:events'
import { expect, test } from '../support/fixtures.ts'
import { until } from '../support/until.ts'

const DOCKER = { env: { TSPOD_COMPAT: 'docker' } }
const table = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()))

test("top needs no program in the container, and knows podman's columns", async ({ tspod }) => {
  await using box = await tspod.start(
    '--name',
    'box',
    '--network=none',
    '--user',
    'alice',
    'alpine',
    'sh',
    '-c',
    'sleep 1000 & wait',
  )
  const top = async (...words: string[]) => table((await tspod('top', 'box', ...words)).stdout)
  await expect.poll(async () => (await top('state', 'comm')).flat().join(' ')).toBe('STATE COMMAND S sh S sleep')
  const [heading, first, second] = await top()
  expect(heading).toEqual(['USER', 'PID', 'PPID', '%CPU', 'ELAPSED', 'TTY', 'TIME', 'COMMAND'])
  expect([first, second].map((row) => [row?.[0], row?.[1], row?.[2], row?.at(-1)])).toEqual([
    ['alice', '1', '0', 'sh -c sleep 1000 & wait'],
    ['alice', '2', '1', 'sleep 1000'],
  ])
  expect(
    await top('pid', 'ppid', 'group', 'comm', 'seccomp', 'capeff', 'nice', 'pgid', 'state', 'tty', 'label'),
  ).toEqual([
    ['PID', 'PPID', 'GROUP', 'COMMAND', 'SECCOMP', 'EFFECTIVE CAPS', 'NI', 'PGID', 'STATE', 'TTY', 'LABEL'],
    ['1', '0', 'alice', 'sh', 'filter', 'none', '0', '1', 'S', '?', '?'],
    ['2', '1', 'alice', 'sleep', 'filter', 'none', '0', '1', 'S', '?', '?'],
  ])
  const [, hosts] = await top('hpid,huser,hgroup,hgroups,vsz,rss,%C,%t,stime,time,ruser,rgroup,groups')
  const { stdout: pid } = await tspod('inspect', '-f', '{{.State.Pid}}', 'box')
  expect([hosts?.[0], Number(hosts?.[1]) > 1000]).toEqual([pid.trim(), true])
  expect(await top('-eo', 'pid,comm')).toEqual([
    ['PID', 'COMMAND'],
    ['1', 'sh'],
    ['2', 'sleep'],
  ])
  expect(await tspod('top', 'box', 'bogus')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_BAD_DESCRIPTOR'),
  })
  expect(await tspod('top', '-l', 'pid')).toMatchObject({ exitCode: 0 })

  const docker = async (...words: string[]) => table((await tspod.with(DOCKER, 'top', 'box', ...words)).stdout)
  expect(await docker()).toMatchObject([
    ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    [
      expect.anything(),
      pid.trim(),
      expect.anything(),
      '0',
      expect.stringMatching(/^\d\d:\d\d$/),
      '?',
      '00:00:00',
      'sh -c sleep 1000 & wait',
    ],
    { length: 8 },
  ])
  expect((await docker('aux'))[0]?.slice(0, 3)).toEqual(['USER', 'PID', '%CPU'])
  expect(await docker('-o', 'pid,args')).toMatchObject([
    ['PID', 'COMMAND'],
    [pid.trim(), 'sh -c sleep 1000 & wait'],
    { length: 2 },
  ])
  await tspod('kill', box.id)
  await tspod('wait', box.id)
  expect(await tspod('top', 'box')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_CONTAINER_NOT_RUNNING'),
  })
  expect(await tspod('top', 'nobody')).toMatchObject({ exitCode: 125 })
})

test('stats: what is used is measured, in the columns and units of both engines', async ({ tspod }) => {
  const fill = 'x=$(head -c 20000000 /dev/zero | tr "\\0" x); echo filled > /ready; while :; do :; done'
  await using busy = await tspod.start('--name', 'busy', '--network=none', 'alpine', 'sh', '-c', fill)
  await using _idle = await tspod.start('--name', 'idle', '--network=none', 'alpine', 'sleep', '1000')
  await tspod('create', '--name', 'new', '--network=none', 'alpine', 'true')
  await expect.poll(async () => (await busy.exec('cat', '/ready')).exitCode).toBe(0)

  const { stdout } = await tspod('stats', '--no-stream')
  const rows = table(stdout)
  expect(rows[0]).toEqual([
    'ID',
    'NAME',
    'CPU %',
    'MEM USAGE / LIMIT',
    'MEM %',
    'NET IO',
    'BLOCK IO',
    'PIDS',
    'CPU TIME',
    'AVG CPU %',
  ])
  expect(rows.slice(1).map((row) => row[1])).toEqual(['busy', 'idle'])
  const json = JSON.parse((await tspod('stats', '--no-stream', '--format', 'json')).stdout)
  expect(Object.keys(json[0])).toEqual([
    'id',
    'name',
    'cpu_time',
    'cpu_percent',
    'avg_cpu',
    'mem_usage',
    'mem_percent',
    'net_io',
    'block_io',
    'pids',
  ])
  const field = async (name: string, ...words: string[]) =>
    (await tspod('stats', '--no-stream', '--format', `{{.${name}}}`, ...words)).stdout.trimEnd()
  expect(Number(await field('CPU', 'busy'))).toBeGreaterThan(5)
  expect(Number(await field('CPU', 'idle'))).toBeLessThan(50)
  expect(await field('MemUsage', 'busy')).toMatch(/^[2-9]\d\.\d+MB \/ [\d.]+[GM]B$/)
  expect(await field('PIDs', 'idle')).toBe('1')
  expect(await field('Name', '--all')).toBe('busy\nidle\nnew')
  expect(await field('Name', '--latest')).toBe('new')

  const docker = await tspod.with(DOCKER, 'stats', '--no-stream', 'busy')
  expect(table(docker.stdout)[0]).toEqual([
    'CONTAINER ID',
    'NAME',
    'CPU %',
    'MEM USAGE / LIMIT',
    'MEM %',
    'NET I/O',
    'BLOCK I/O',
    'PIDS',
  ])
  const [line = ''] = (await tspod.with(DOCKER, 'stats', '--no-stream', '--format', 'json', 'busy')).stdout.split('\n')
  expect(JSON.parse(line)).toMatchObject({
    Name: 'busy',
    MemUsage: expect.stringMatching(/MiB \/ [\d.]+[GM]iB$/),
    PIDs: '1',
  })
  // Measured over a second, as docker does.
  expect(Number.parseFloat(JSON.parse(line).CPUPerc)).toBeGreaterThan(5)

  expect(await tspod('stats', '--no-stream', 'nobody')).toMatchObject({ exitCode: 125, stdout: '' })
  expect(await tspod('stats', '--no-stream', '--all', 'busy')).toMatchObject({ exitCode: 125 })
  expect(await tspod('stats', '--no-stream', '--format', '{{.Nope}}')).toMatchObject({ exitCode: 125, stdout: '' })
})

test('stats goes on until those it was asked for are gone', async ({ tspod }) => {
  await using box = await tspod.start('--name', 'box', '--network=none', 'alpine', 'sleep', '1000')
  const watching = tspod.spawn(['stats', '-i', '1', '--format', '{{.Name}} {{.PIDs}}', 'box'])
  let shown = ''
  watching.stdout?.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
  })
  await until('it was shown twice', () => shown.split('box 1').length > 2)
  const ended = once(watching, 'exit')
  await tspod('rm', '-f', '-t', '0', box.id)
  expect(await ended).toEqual([0, null])
})

test('the network of a container is counted', async ({ tspod }) => {
  await using _box = await tspod.start('--name', 'box', 'alpine', 'sh', '-c', 'ping -c 1 -W 1 10.0.2.2; sleep 1000')
  const sent = async () => Number((await tspod('stats', '--no-stream', '--format', '{{.NetOutput}}', 'box')).stdout)
  await expect.poll(sent).toBeGreaterThan(0)
})

test('port: where a container can be reached', async ({ tspod }) => {
  await using box = await tspod.start(
    '--name',
    'box',
    '-p',
    '127.0.0.1::80',
    '-p',
    '127.0.0.1::53/udp',
    'alpine',
    'sleep',
    '1000',
  )
  const { stdout } = await tspod('port', 'box')
  expect(stdout.split('\n').sort()).toEqual([
    '',
    expect.stringMatching(/^53\/udp -> 127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^80\/tcp -> 127\.0\.0\.1:\d+$/),
  ])
  const [, port = ''] = /80\/tcp -> (.*)/.exec(stdout) ?? []
  expect(await tspod('port', 'box', '80')).toMatchObject({ stdout: `${port}\n` })
  expect(await tspod('port', 'box', '80/tcp')).toMatchObject({ stdout: `${port}\n` })
  expect(await tspod('port', '-l', '80')).toMatchObject({ stdout: `${port}\n` })
  expect((await tspod('port', '--all')).stdout).toContain(`${box.id.slice(0, 12)}\t80/tcp -> ${port}\n`)
  expect((await tspod('ps', '--format', '{{.Ports}}')).stdout).toContain(`${port}->80/tcp`)
  expect(
    (await tspod('inspect', '-f', '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}', 'box')).stdout,
  ).toBe(`${port.split(':')[1]}\n`)
  expect(await tspod('port', 'box', '81')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_PORT_NOT_PUBLISHED'),
  })
  expect(await tspod.with(DOCKER, 'port', 'box', '81')).toMatchObject({ exitCode: 1, stdout: '' })
  expect(await tspod('port', 'box', 'x')).toMatchObject({ exitCode: 125 })
})
