import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '../support/fixtures.ts'
import { test } from '../support/on-terminal.ts'
import type { Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const DOCKER = { env: { TSPOD_COMPAT: 'docker' } }

/** A running, an ended and a new container, in this order. */
async function threeContainers(tspod: Tspod): Promise<AsyncDisposable> {
  const none = '--network=none'
  const labels = ['-l', 'app=web', '-l', 'tier=front']
  await tspod('run', '-d', '--name', 'web', none, ...labels, '-v', 'data:/data', 'alpine', 'sleep', '1000')
  const script = 'echo written > /file; exit 3'
  await tspod('run', '--name', 'job', none, '-l', 'app=job', 'alpine', 'sh', '-c', script)
  const flags = ['--network=host', '--expose', '80', '--restart', 'always']
  await tspod('create', '--name', 'new', ...flags, 'alpine', 'echo', 'a word')
  return {
    async [Symbol.asyncDispose]() {
      await tspod('rm', '-f', '-a', '-t', '0')
    },
  }
}

const names = async (tspod: Tspod, ...words: string[]) =>
  (await tspod('ps', '--format', '{{.Names}}', ...words)).stdout.split('\n').filter(Boolean)

test('tables, headings and their layout, of podman and of docker', async ({ tspod }) => {
  await using _three = await threeContainers(tspod)
  const { stdout } = await tspod('ps', '-a')
  const [heading, ...rows] = stdout.trimEnd().split('\n')
  expect(heading?.split(/ {2,}/)).toEqual(['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'])
  expect(rows.map((row) => row.split(/ {2,}/).slice(1))).toMatchObject([
    [
      'docker.io/library/alpine:latest',
      'sleep 1000',
      expect.stringMatching(/ ago$/),
      expect.stringMatching(/^Up /),
      'web',
    ],
    [
      'docker.io/library/alpine:latest',
      'sh -c echo writte...',
      expect.anything(),
      expect.stringMatching(/^Exited \(3\) .* ago$/),
      'job',
    ],
    ['docker.io/library/alpine:latest', 'echo a word', expect.anything(), 'Created', '80/tcp', 'new'],
  ])
  const docker = (await tspod.with(DOCKER, 'ps', '-a')).stdout
    .trimEnd()
    .split('\n')
    .map((row) => row.split(/ {3,}/))
  expect(docker[0]).toEqual(['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'])
  expect(docker.slice(1).map((row) => [row[1], row[2], row.at(-1)])).toEqual([
    ['alpine', `"echo 'a word'"`, 'new'],
    ['alpine', `"sh -c 'echo written…"`, 'job'],
    ['alpine', '"sleep 1000"', 'web'],
  ])
  expect((await tspod('ps', '--noheading')).stdout.trimEnd().split('\n')).toHaveLength(1)
  expect((await tspod('ps', '--pod')).stdout).toMatch(/NAMES {2,}POD ID {2,}PODNAME\n/)
  expect((await tspod('ps', '--ns')).stdout).toMatch(
    /^CONTAINER ID +NAMES +PID +CGROUPNS +IPC +MNT +NET +PIDNS +USERNS +UTS\n\w{12} +web +\d+( +\d{10}){7}\n$/,
  )
})

test('sizes: what was written, and with the image', async ({ tspod }) => {
  await using _three = await threeContainers(tspod)
  const { stdout } = await tspod('ps', '-as', '--format', '{{.Names}} {{.Size}}')
  expect(stdout).toMatch(/^web 0B \(virtual [\d.]+MB\)\njob 8B \(virtual [\d.]+MB\)\nnew 0B/)
  const [job] = JSON.parse((await tspod('ps', '-as', '--filter', 'name=job', '--format', 'json')).stdout)
  expect(job.Size).toEqual({ rootFsSize: expect.any(Number), rwSize: 8 })
  expect((await tspod('ps', '-as')).stdout.split('\n')[0]).toMatch(/NAMES {2,}SIZE$/)
})

test("JSON: podman's array with its types, docker's objects of texts", async ({ tspod }) => {
  await using _three = await threeContainers(tspod)
  const { stdout } = await tspod('ps', '-a', '--format', 'json')
  expect(stdout).toMatch(/^\[\n {2}\{\n {4}"AutoRemove": false,/)
  const [web, job, fresh] = JSON.parse(stdout)
  // What podman 4.3.1 printed, and what podman 5 added.
  expect(Object.keys(web).sort()).toEqual(
    [
      ...[
        'AutoRemove',
        'Command',
        'CreatedAt',
        'CIDFile',
        'Exited',
        'ExitedAt',
        'ExitCode',
        'ExposedPorts',
        'Id',
        'Image',
      ],
      ...[
        'ImageID',
        'IsInfra',
        'Labels',
        'Mounts',
        'Names',
        'Namespaces',
        'Networks',
        'Pid',
        'Pod',
        'PodName',
        'Ports',
      ],
      ...['Restarts', 'Size', 'StartedAt', 'State', 'Status', 'Created'],
    ].sort(),
  )
  expect(web).toMatchObject({
    ...{
      Names: ['web'],
      Command: ['sleep', '1000'],
      Labels: { app: 'web', tier: 'front' },
      Mounts: ['/data'],
      Exited: false,
    },
    ...{ ExitedAt: -62135596800, State: 'running', Pid: expect.any(Number), Ports: null, Size: null },
    ...{ StartedAt: expect.any(Number), Created: expect.any(Number), ExitCode: 0 },
  })
  expect(job).toMatchObject({ Exited: true, ExitCode: 3, State: 'exited', Pid: 0, ExitedAt: expect.any(Number) })
  expect(fresh).toMatchObject({ State: 'created', StartedAt: -62135596800, ExposedPorts: { 80: ['tcp'] } })

  const lines = (await tspod.with(DOCKER, 'ps', '-a', '--format', '{{json .}}')).stdout.trimEnd().split('\n')
  const objects = lines.map((line) => JSON.parse(line))
  expect(objects.map((object) => object.Names)).toEqual(['new', 'job', 'web'])
  expect(Object.keys(objects[0])).toEqual([
    ...['Command', 'CreatedAt', 'HealthStatus', 'ID', 'Image', 'Labels', 'LocalVolumes', 'Mounts', 'Names', 'Networks'],
    ...['Platform', 'Ports', 'RunningFor', 'Size', 'State', 'Status'],
  ])
  expect(objects.flatMap((object) => Object.values(object)).every((value) => typeof value === 'string')).toBe(true)
  expect(objects[2]).toMatchObject({
    Labels: 'app=web,tier=front',
    LocalVolumes: '1',
    Mounts: 'data',
    State: 'running',
  })
  expect(objects.map((object) => object.Networks)).toEqual(['host', 'none', 'none'])
})

test('filters, alone and together', async ({ tspod }) => {
  await using _three = await threeContainers(tspod)
  const { stdout: ids } = await tspod('ps', '-aq', '--no-trunc')
  const [webId = ''] = ids.split('\n')
  // biome-ignore format: a table
  const cases: readonly [filters: readonly string[], names: readonly string[]][] = [
    [['name=^(web|new)$'], ['web', 'new']],
    [[`id=${webId.slice(0, 10)}`], ['web']],
    [['label=app'], ['web', 'job']],
    [['label=app=web'], ['web']],
    [['label=app', 'label=tier'], ['web']],
    [['label!=app'], ['new']],
    [['status=running', 'status=created'], ['web', 'new']],
    [['status=exited', 'label=app=web'], []],
    [['exited=3'], ['job']],
    [['ancestor=alpine'], ['web', 'job', 'new']],
    [['ancestor=busybox'], []],
    [['before=job'], ['web']],
    [['since=job'], ['new']],
    [['until=1h'], []],
    [['volume=data'], ['web']],
    [['volume=/data'], ['web']],
    [['network=none'], ['web', 'job']],
    [['expose=80'], ['new']],
    [['publish=80'], []],
    [['restart-policy=always'], ['new']],
    [['should-start-on-boot=true'], ['new']],
    [['command=echo'], ['new']],
    [['health=none'], ['web', 'job', 'new']],
    [['pod=x'], []],
  ]
  for (const [filters, found] of cases) {
    expect(await names(tspod, '-a', ...filters.map((filter) => `--filter=${filter}`)), filters.join(' ')).toEqual(found)
  }
  // What speaks of a status shows those that do not run, too; nothing else does.
  expect(await names(tspod, '--filter', 'status=exited')).toEqual(['job'])
  expect(await names(tspod, '--filter', 'label=app')).toEqual(['web'])
  for (const filter of ['nonsense=1', 'name', 'status=asleep', 'exited=x', 'name=(']) {
    expect(await tspod('ps', '--filter', filter)).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('E_BAD_FILTER'),
    })
  }
})

test('order, number and quiet', async ({ tspod }) => {
  await using _three = await threeContainers(tspod)
  expect(await names(tspod, '-a')).toEqual(['web', 'job', 'new'])
  expect(await names(tspod, '-a', '--sort', 'names')).toEqual(['job', 'new', 'web'])
  expect(await names(tspod, '-a', '--sort', 'command')).toEqual(['new', 'job', 'web'])
  expect(await names(tspod, '-a', '--sort', 'size')).toHaveLength(3)
  expect(await names(tspod, '-n', '2')).toEqual(['job', 'new'])
  expect(await names(tspod, '-l')).toEqual(['new'])
  expect((await tspod('ps', '-q')).stdout).toMatch(/^[0-9a-f]{12}\n$/)
  expect((await tspod('ps', '-q', '--no-trunc')).stdout).toMatch(/^[0-9a-f]{64}\n$/)
  for (const words of [
    ['-q', '-s'],
    ['-s', '--ns'],
    ['-l', '-n', '1'],
    ['--sort', 'nothing'],
  ]) {
    expect(await tspod('ps', ...words), words.join(' ')).toMatchObject({ exitCode: 125, stdout: '' })
  }
})

test('paused, healthy and watched', async ({ tspod }) => {
  await using _box = await tspod.start(
    '--name',
    'box',
    '--network=none',
    '--health-cmd',
    'true',
    '--health-interval',
    '1s',
    'alpine',
    'sleep',
    '1000',
  )
  await tspod('wait', '--condition', 'healthy', 'box')
  const status = async (options: { env?: Record<string, string> } = {}) =>
    (await tspod.with(options, 'ps', '--format', '{{.Status}}')).stdout
  expect(await status()).toMatch(/^Up .* \(healthy\)\n$/)
  expect(await status(DOCKER)).toMatch(/^Up .* \(healthy\)\n$/)
  expect(await names(tspod, '--filter', 'health=healthy')).toEqual(['box'])
  expect(await tspod('pause', 'box')).toMatchObject({ exitCode: 0 })
  expect(await status()).toBe('Paused\n')
  expect(await status(DOCKER)).toMatch(/^Up .* \(Paused\)\n$/)
  expect(await names(tspod, '--filter', 'status=paused')).toEqual(['box'])
  await tspod('unpause', 'box')

  const watching = tspod.spawn(['ps', '-w', '1', '--format', '{{.Names}}'])
  let shown = ''
  watching.stdout?.on('data', (chunk: Buffer) => {
    shown += chunk.toString()
  })
  await until('it was shown twice', () => shown.split('box').length > 2)
  const ended = once(watching, 'exit')
  watching.kill()
  await ended
  expect(readFileSync(join(tspod.runroot, 'containers', _box.id, 'record'), 'utf8')).toMatch(/^running/)
})

test('table templates: columns by tabs, and by spaces where podman takes them for such', async ({ tspod }) => {
  await tspod('create', '--name', 'new', '--network=none', 'alpine', 'true')
  const table = async (format: string, options: { env?: Record<string, string> } = {}) =>
    (await tspod.with(options, 'ps', '-a', '--format', format)).stdout
  expect(await table('table {{.Names}} {{.State}}')).toBe('NAMES       STATE\nnew         created\n')
  expect(await table('table {{.Names}}\\t{{.State}}', DOCKER)).toBe('NAMES     STATE\nnew       created\n')
  expect(await table('table {{.Names}} {{.State}}', DOCKER)).toBe('NAMES STATE\nnew created\n')
  expect(await table('{{.Names}}\\n{{.State}}')).toBe('new\ncreated\n')
  expect(await table('{{range .}}{{.Names}}/{{end}}')).toBe('new/\n')
  expect(await tspod('ps', '--format', '{{.Nope}}', '-a')).toMatchObject({ exitCode: 125, stdout: '' })
})

test('a template gives a terminal nothing to obey but colours of its own, and a pipe every byte', async ({
  tspod,
  onTerminal,
}) => {
  await tspod('create', '-l', 'title=\u001b]0;owned\u0007', '--network=none', 'alpine', 'true')
  const words = ['ps', '-a', '--format', '\u001b[1m{{.Label "title"}}\u001b[0m']
  expect((await tspod(...words)).stdout).toBe('\u001b[1m\u001b]0;owned\u0007\u001b[0m\n')
  await using terminal = onTerminal(words)
  expect(await terminal.exitCode()).toBe(0)
  expect(terminal.text()).toBe('\u001b[1m\ufffd]0;owned\ufffd\u001b[0m\r\n')
})
