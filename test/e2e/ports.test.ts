import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as passing } from 'node:timers/promises'
import { hostAddress } from '../../network/host-address.ts'
import { buildWhoami, call, startWhoami } from '../support/callers.ts'
import { test as base, expect } from '../support/fixtures.ts'
import { freePorts } from '../support/free-ports.ts'
import { TSPOD, type Tspod } from '../support/tspod.ts'

const test = base.extend<{ program: string }>({
  program: async ({ directory }, use) => await use(buildWhoami(directory)),
})

const NETWORKS = ['bridge', 'slirp4netns', 'pasta'] as const

/** An address of the host that is not its loopback. */
const HOST = hostAddress() ?? '127.0.0.1'

async function listenOn(port: number): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
}

const published = async (tspod: Tspod, name: string): Promise<string> => (await tspod('port', name)).stdout
const update = (tspod: Tspod, ...options: string[]) => tspod('update', ...options, 'web')

/** In a network namespace with addresses of its own, so that somebody can call from an address that is nobody else's. */
const WORLD = `set -e
ip link set lo up; ip link add near type veth peer name far; ip link set near up; ip link set far up
for n in 1 9; do ip addr add 10.9.9.$n/24 dev near; ip -6 addr add fd99::$n/64 dev near nodad; done
ip route add default via 10.9.9.254
whoami=$1; shift
"$@" network create -q --ipv6 six 2>/dev/null || "$@" network create --ipv6 six >/dev/null
for network in bridge slirp4netns pasta six; do
  "$@" run -d -q --name $network --network $network -p 8080:80 -p 8080:80/udp -v $whoami:/whoami alpine /whoami serve 80 80 >/dev/null
  until "$@" logs $network | grep -q ready; do :; done
  echo $network $($whoami call tcp 10.9.9.1 8080 10.9.9.9) $($whoami call udp 10.9.9.1 8080 10.9.9.9) $($whoami call tcp fd99::1 8080 fd99::9)
  "$@" port --format '{{.Protocol}} {{.KeepsSource}}' $network
  "$@" rm -f -t 0 $network >/dev/null
done`

test('a container sees the address of who calls, over TCP and UDP, in every kind of network', {
  timeout: 120_000,
}, async ({ tspod, program, directory }) => {
  await tspod('pull', '-q', 'alpine')
  writeFileSync(join(directory, 'world'), WORLD)
  const own = [TSPOD, '--root', tspod.root, '--runroot', join(directory, 'run2')]
  const seen = await tspod('unshare', 'unshare', '-n', 'sh', join(directory, 'world'), program, ...own)
  expect(seen.stderr).toBe('')
  const words = (network: string, v6: string, kept: string) => [
    `${network} 10.9.9.9 10.9.9.9 ${v6}`,
    `tcp ${kept}`,
    'udp yes',
  ]
  expect(seen.stdout.trim().split('\n')).toEqual([
    ...words('bridge', '10.88.0.1', 'ipv4'),
    ...words('slirp4netns', '10.0.2.100', 'ipv4'),
    ...words('pasta', '10.9.9.1', 'ipv4'),
    ...words('six', 'fd99::9', 'yes'),
  ])
})

test.for(NETWORKS)('ports of a container that runs are others, network %s', async (network, { tspod, program }) => {
  const [one = 0, two = 0, three = 0] = await freePorts(3)
  await startWhoami(tspod, { program, options: ['--name', 'web', '--network', network, '-p', `${one}:80`] })
  const old = connect(one, '127.0.0.1')
  const heard: string[] = []
  old.on('data', (data) => heard.push(`${data}`))
  await expect.poll(() => heard.join('')).toMatch(/^\d/)

  expect(await update(tspod, '--publish-add', `${two}:81`, '--publish-rm', `${one}:80`)).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
  expect(await published(tspod, 'web')).toBe(`81/tcp -> 0.0.0.0:${two}\n`)
  expect(await call(program, 'tcp', { address: HOST, port: two })).toBe(HOST)
  expect(await call(program, 'tcp', { address: '127.0.0.1', port: one })).toBe('Connection refused')
  // The same port of the host leads elsewhere, without a moment in which it leads nowhere.
  expect(await update(tspod, '--publish-add', `${two}:82`, '--publish-rm', `${two}:81`)).toMatchObject({
    exitCode: 0,
  })
  expect(await published(tspod, 'web')).toBe(`82/tcp -> 0.0.0.0:${two}\n`)
  expect(await call(program, 'tcp', { address: HOST, port: two })).toBe(HOST)
  const inspected = await tspod('inspect', '-f', '{{json .NetworkSettings.Ports}}', 'web')
  expect(JSON.parse(inspected.stdout)).toEqual({ '82/tcp': [{ HostIp: '0.0.0.0', HostPort: `${two}` }] })

  const udp = await update(tspod, '--publish-add', `${three}:85/udp`)
  if (network === 'pasta') {
    expect(udp.stderr).toContain('pasta cannot change udp ports of a container that runs [E_UNSUPPORTED_OPTION]')
  } else {
    expect(await call(program, 'udp', { address: HOST, port: three })).toBe(HOST)
    expect(await update(tspod, '--publish-rm', '85/udp')).toMatchObject({ exitCode: 0 })
    expect((await tspod('run', '--rm', '--network', network, '-p', `${three}:1/udp`, 'alpine', 'true')).exitCode).toBe(
      0,
    )
  }
  // What was connected before is so still.
  old.write('still there')
  await expect.poll(() => heard.join('')).toMatch(/still there$/)
  old.destroy()
  // One that was made without a port is started with those it has then.
  await tspod('restart', '-t', '0', 'web')
  await expect.poll(() => call(program, 'tcp', { address: HOST, port: two })).toBe(HOST)
  expect(await update(tspod, '--publish-rm', '82')).toMatchObject({ exitCode: 0 })
  expect(await call(program, 'tcp', { address: HOST, port: two })).toBe('Connection refused')
})

test('all that is asked for or nothing; who has a port is named', async ({ tspod, program }) => {
  const [taken = 0, free = 0, foreign = 0] = await freePorts(3)
  for (const network of NETWORKS) {
    await tspod('rm', '-fa', '-t', '0')
    await tspod('create', '-q', '--name', 'sleeper', '-p', `${free}:80`, 'alpine', 'true')
    await tspod(
      'run',
      '-d',
      '-q',
      '--name',
      'holder',
      '-p',
      `127.0.0.1:${taken}:80`,
      '-p',
      `${taken}:80/udp`,
      'alpine',
      'sleep',
      '1000',
    )
    await startWhoami(tspod, { program, options: ['--name', 'web', '--network', network] })
    const both = await update(tspod, '--publish-add', `${free}:80`, '--publish-add', `${taken}:81`)
    expect(both).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining(`port ${taken}/tcp of the host is that of container holder [E_PORT_IN_USE]`),
    })
    expect(await call(program, 'tcp', { address: '127.0.0.1', port: free }), network).toBe('Connection refused')
    expect(await published(tspod, 'web')).toBe('')
    const run = await tspod('run', '--rm', '--network', network, '-p', `${taken}:9/udp`, 'alpine', 'true')
    expect(run).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('that of container holder [E_PORT_IN_USE]'),
    })
  }
  const { server } = await listenOn(foreign)
  const other = await tspod('run', '--rm', '-p', `${foreign}:80`, 'alpine', 'true')
  expect(other.stderr).toContain('it is in use [E_PORT_IN_USE]')
  server.close()
  expect((await update(tspod, '--publish-rm', '1234')).stderr).toContain('[E_PORT_NOT_PUBLISHED]')
})

test('an update that is killed leaves nothing that the next one does not tidy', async ({ tspod, program }) => {
  const [first = 0] = await freePorts(1)
  await startWhoami(tspod, { program, options: ['--name', 'web', '--network', 'bridge', '-p', `${first}:80`] })
  const ports = await freePorts(40)
  for (const signalAt of [0, 20, 39]) {
    const killed = tspod.spawn(['update', ...ports.flatMap((port) => ['--publish-add', `${port}:81`]), 'web'])
    const ended = new Promise((resolve) => killed.once('close', resolve))
    const watched = ports[signalAt] ?? 0
    await expect
      .poll(() => call(program, 'tcp', { address: '127.0.0.1', port: watched }), { interval: 1 })
      .toMatch(/^\d/)
    killed.kill('SIGKILL')
    await ended
    // It may just have been done.
    const done = (await published(tspod, 'web')).includes('81/tcp')
    expect(await update(tspod, ...(done ? ['--publish-rm', '81'] : ['--publish-add', `${first}:80`]))).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(await published(tspod, 'web')).toBe(`80/tcp -> 0.0.0.0:${first}\n`)
    for (const port of ports)
      expect(await call(program, 'tcp', { address: '127.0.0.1', port })).toBe('Connection refused')
  }
})

test('1,000 ports at once', async ({ tspod, program }) => {
  for (const network of NETWORKS) {
    const range = network === 'bridge' ? '20000-20999' : network === 'pasta' ? '21000-21999' : '22000-22999'
    const [low = 0, high = 0] = range.split('-').map(Number)
    const options = ['--name', network, '--network', network, '-p', `${range}:8000-8999`]
    expect(await startWhoami(tspod, { program, options, first: 8999, last: 8999 })).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    expect(await call(program, 'tcp', { address: HOST, port: high })).toBe(HOST)
    expect((await tspod('ps', '--format', '{{.Ports}}', '--filter', `name=${network}`)).stdout).toBe(
      `0.0.0.0:${range}->8000-8999/tcp\n`,
    )
    expect(
      (await tspod('update', '--publish-rm', `${range}:8000-8999`, '--publish-add', `${low}:8999`, network)).exitCode,
    ).toBe(0)
    expect(await published(tspod, network)).toBe(`8999/tcp -> 0.0.0.0:${low}\n`)
    expect(await call(program, 'tcp', { address: HOST, port: low })).toBe(HOST)
    expect(await call(program, 'tcp', { address: HOST, port: high })).toBe('Connection refused')
  }
})

test('a port that was chosen is another one at the start where somebody has taken it', async ({ tspod }) => {
  await tspod('create', '-q', '--name', 'web', '-p', '80', '--expose', '90', '-P', 'alpine', 'sleep', '1000')
  const ports = async () => (await tspod('inspect', '-f', '{{json .HostConfig.PortBindings}}', 'web')).stdout
  const before = JSON.parse(await ports())
  const { server, port } = await listenOn(Number(before['80/tcp'][0].HostPort))
  expect(await tspod('start', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  const after = JSON.parse(await ports())
  expect(after['80/tcp'][0].HostPort).not.toBe(`${port}`)
  expect(after['90/tcp']).toEqual(before['90/tcp'])
  server.close()
})

test.for(NETWORKS)('UDP ports answer on the loopback of the host, network %s', async (network, { tspod, program }) => {
  const [every = 0, four = 0, own = 0, own6 = 0, later = 0] = await freePorts(5)
  const udp = (address: string, port: number) => call(program, 'udp', { address, port })
  const inside = network === 'bridge' ? '10.88.0.1' : network === 'pasta' ? HOST : '10.0.2.100'
  const options = [`${every}:80/udp`, `0.0.0.0:${four}:81/udp`, `127.0.0.1:${own}:82/udp`, `[::1]:${own6}:83/udp`]
  const published = options.flatMap((option) => ['-p', option])
  expect(
    await startWhoami(tspod, { program, options: ['--name', 'web', '--network', network, ...published] }),
  ).toMatchObject({ exitCode: 0, stderr: '' })
  for (const port of [every, four, own]) expect(await udp('127.0.0.1', port)).toBe(inside)
  for (const port of [every, own6]) expect(await udp('::1', port)).toBe(inside)
  // Elsewhere they are what they were: callers are seen, and what is for the loopback is for nobody else.
  // (With pasta the container has this address itself, and answers itself.)
  if (network !== 'pasta') for (const port of [every, four]) expect(await udp(HOST, port)).toBe(HOST)
  expect(await udp(HOST, own)).toBe('Connection refused')

  const taken = await tspod('run', '--rm', '--network', network, '-p', `127.0.0.1:${every}:9/udp`, 'alpine', 'true')
  expect(taken.stderr).toContain(`port ${every}/udp of the host is that of container web [E_PORT_IN_USE]`)

  const change = async (...words: string[]) =>
    expect(await update(tspod, ...words)).toMatchObject({ exitCode: 0, stderr: '' })
  await change('--publish-add', `127.0.0.1:${later}:84/udp`, '--publish-rm', '82/udp')
  expect(await udp('127.0.0.1', later)).toBe(inside)
  expect(await udp('127.0.0.1', own)).toBe('Connection refused')
  if (network !== 'pasta') {
    await change('--publish-rm', `${every}:80/udp`, '--publish-add', `${every}:85/udp`)
    expect(await udp('127.0.0.1', every)).toBe(inside)
    expect(await udp(HOST, every)).toBe(HOST)
  }

  expect(await tspod('restart', '-t', '0', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  await expect.poll(async () => (await tspod('logs', 'web')).stdout.match(/ready/g)).toHaveLength(2)
  for (const port of [every, four, later]) expect(await udp('127.0.0.1', port)).toBe(inside)
  expect(await tspod('network', 'reload', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  for (const port of [every, four, later]) expect(await udp('127.0.0.1', port)).toBe(inside)
  await tspod('rm', '-f', '-t', '0', 'web')
  // nobody waits until the kernel has taken the network down
  await expect.poll(() => udp('127.0.0.1', later)).toBe('Connection refused')
})

test.for(NETWORKS)(
  'a container without ports answers on the loopback once it has one, network %s',
  async (network, { tspod, program }) => {
    const [port = 0] = await freePorts(1)
    await startWhoami(tspod, { program, options: ['--name', 'web', '--network', network] })
    const added = await update(tspod, '--publish-add', `127.0.0.1:${port}:80/udp`)
    expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await call(program, 'udp', { address: '127.0.0.1', port })).toMatch(/^\d/)
  },
)

test('UDP ports are given back, also those of a container whose monitor was killed', async ({ tspod, program }) => {
  const [port = 0] = await freePorts(1)
  await startWhoami(tspod, { program, options: ['--name', 'stays', '--network', 'bridge'] })
  const options = ['--network', 'bridge', '-p', `${port}:80/udp`]
  for (const end of ['rm', 'killed'] as const) {
    await startWhoami(tspod, { program, options: [...options, '--name', end] })
    expect(await call(program, 'udp', { address: HOST, port })).toBe(HOST)
    if (end === 'rm') await tspod('rm', '-f', '-t', '0', end)
    else process.kill(Number((await tspod('inspect', '-f', '{{.State.ConmonPid}}', end)).stdout), 'SIGKILL')
  }
  // Nobody has tidied up after it; who comes next has its address, and its port.
  await expect.poll(async () => (await tspod('inspect', '-f', '{{.State.Status}}', 'killed')).stdout).toBe('exited\n')
  await startWhoami(tspod, { program, options: [...options, '--name', 'next'] })
  expect(await call(program, 'udp', { address: HOST, port })).toBe(HOST)
})

test('a UDP port that what carried it has not let go of yet is waited for, and is not another one then', async ({
  tspod,
}) => {
  const web = ['--name', 'web', '--network', 'slirp4netns', '-p', '80/udp', 'alpine', 'sleep', '1000']
  expect(await tspod('run', '-dq', ...web)).toMatchObject({ exitCode: 0, stderr: '' })
  const before = await published(tspod, 'web')
  await tspod('stop', '-t', '0', 'web')
  await using late = createSocket({ type: 'udp4', reuseAddr: false })
  const isBound = async (): Promise<boolean> => {
    late.bind({ port: Number(/:(\d+)\n$/.exec(before)?.[1]), exclusive: true })
    return await once(late, 'listening').then(
      () => true,
      () => false,
    )
  }
  await expect.poll(isBound).toBe(true)
  const started = tspod('start', 'web')
  await passing(2000) // the time that it is not let go of
  late.close()
  expect(await started).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await published(tspod, 'web')).toBe(before)
  await tspod('rm', '-f', '-t', '0', 'web')
})

test('a UDP port that another container has by now is not waited for', async ({ tspod }) => {
  const [port = 0] = await freePorts(1)
  const options = ['--network', 'slirp4netns', '-p', `${port}:80/udp`, 'alpine', 'sleep', '1000']
  const make = (name: string) => tspod('run', '-dq', '--replace', '--name', name, ...options)
  await make('old')
  const startMs = performance.now()
  await tspod('stop', '-t', '0', 'old')
  await expect.poll(() => make('new')).toMatchObject({ exitCode: 0 }) // which never ran, and waits for nobody
  expect((await tspod('start', 'old')).stderr).toContain(`port ${port}/udp of the host is that of container new`)
  expect(performance.now() - startMs).toBeLessThan(10_000) // for which what the last run left would be waited for
  await tspod('rm', '-fa', '-t', '0')
})

test('UDP ports follow a container into another network', async ({ tspod, program }) => {
  const [port = 0] = await freePorts(1)
  await tspod('network', 'create', 'other')
  await startWhoami(tspod, { program, options: ['--name', 'web', '--network', 'bridge', '-p', `${port}:80/udp`] })
  expect(await tspod('network', 'connect', 'other', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await tspod('network', 'disconnect', 'bridge', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  for (const address of [HOST, '127.0.0.1'])
    expect(await call(program, 'udp', { address, port })).toBe(address === HOST ? HOST : '10.89.0.1')
})

// biome-ignore format: a table
test.for([
  [['-p', '80:80'], 'it is for root alone [E_PORT_NOT_ALLOWED]\nhint: publish on a port from 1024 on, or allow it with "sysctl net.ipv4.ip_unprivileged_port_start=80"'],
  [['-p', '53:80/udp'], 'of the host is for root alone [E_PORT_NOT_ALLOWED]\nhint: publish on a port from 1024 on, or allow it with "sysctl net.ipv4.ip_unprivileged_port_start=53"'],
  [['-p', '8080:80/sctp'], 'no network here carries sctp, only tcp and udp [E_UNSUPPORTED_OPTION]'],
  [['-p', '8080:80', '-p', '127.0.0.1:8080:81'], 'port 8080/tcp of the host is published twice [E_PORT_TWICE]'],
  [['-p', '[::]:8080:80', '-p', '[::1]:8080:80'], 'port 8080/tcp of the host is published twice [E_PORT_TWICE]'],
  [['-p', '192.0.2.254:8080:80'], 'the host has no such address [E_BAD_PORT]'],
  [['-p', '[::]:8080:80/udp', '--network', 'bridge'], 'slirp4netns publishes no udp port on ::: it knows IPv4 addresses alone [E_BAD_PORT]'],
] as const)('run %j: %s', async ([options, message], { tspod, host }) => {
  const refused = await tspod('run', '--rm', '-q', ...options, 'alpine', 'true')
  expect(refused).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringContaining(message) })
  expect(host.traces().processes).toEqual([])
})

test('version 4 and 6 are two, and no address is both', async ({ tspod, program }) => {
  const [port = 0, both = 0] = await freePorts(2)
  const options = [
    '-p',
    `0.0.0.0:${port}:80`,
    '-p',
    `[::]:${port}:81`,
    '-p',
    `${both}:80`,
    '--network',
    'bridge',
    '--name',
    'web',
  ]
  await startWhoami(tspod, { program, options })
  expect(await published(tspod, 'web')).toBe(
    `80/tcp -> 0.0.0.0:${port}\n81/tcp -> [::]:${port}\n80/tcp -> 0.0.0.0:${both}\n`,
  )
  for (const address of ['127.0.0.1', '::1'])
    for (const at of [port, both]) expect(await call(program, 'tcp', { address, port: at })).toMatch(/^10\.88\./)
})
