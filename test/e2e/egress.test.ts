import { createSocket } from 'node:dgram'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { hostAddress } from '../../network/host-address.ts'
import { buildWhoami, call, startWhoami } from '../support/callers.ts'
import { expect, test } from '../support/fixtures.ts'
import { serveNames } from '../support/serve-names.ts'
import type { Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const HOST = hostAddress() ?? 'this machine has no network'

let allowed: Server
let other: Server
/** what was said to either of them */
const heard: string[] = []

const listening = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).on('data', (bytes) => heard.push(`${bytes}`.trim()))
      socket.end('host\n')
    })
    server.listen(0, HOST, () => resolve(server))
  })
const portOf = (server: Server): number => (server.address() as AddressInfo).port

beforeAll(async () => {
  allowed = await listening()
  other = await listening()
})
afterAll(() => {
  for (const server of [allowed, other]) server.close()
})

/** What a container hears from there, or why it does not: a timeout would be told in other words than `refusal`. */
async function reached(tspod: Tspod, container: string, host: string, port: number): Promise<string> {
  const { stdout, stderr } = await tspod('exec', container, 'sh', '-c', `echo ${container} | nc -w 5 ${host} ${port}`)
  return `${stdout}${stderr}`.trim()
}
const refusal = (host: string): string => `nc: can't connect to remote host (${host}): No route to host`

const said = (address: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const [host = '', port = ''] = address.split(':')
    let text = ''
    const socket = connect(Number(port), host)
    socket.on('data', (bytes) => {
      text += bytes
    })
    socket.on('error', reject).on('close', () => resolve(text.trim()))
  })

async function start(tspod: Tspod, name: string, ...words: string[]): Promise<void> {
  const { stderr, exitCode } = await tspod('run', '-d', '-q', '--name', name, ...words)
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
}

const SLEEP = ['alpine', 'sleep', '1000'] as const
const WEB = ['alpine', 'nc', '-ll', '-p', '80', '-e', 'echo', 'hello'] as const

/** What was refused, without the times. */
async function refused(tspod: Tspod, container: string): Promise<string[]> {
  const { stdout } = await tspod('network', 'refused', '--format', 'json', container)
  const lines: { protocol: string; destination: string; port: number }[] = JSON.parse(stdout)
  return lines.map(({ protocol, destination, port }) => `${protocol} ${destination} ${port}`)
}

test('none: peers and published ports alone; the rest is refused at once and written down, made anew, too', async ({
  tspod,
}) => {
  await tspod('network', 'create', '--subnet', '10.201.5.0/24', 'shop')
  // Published, so that answers from its port are the gateway's, but for those to its peers.
  await start(tspod, 'web', '--network', 'shop', '-p', '127.0.0.1::80', ...WEB)
  await start(tspod, 'box', '--network', 'shop', '--egress', 'none', '-p', '127.0.0.1::80', ...WEB)
  const port = portOf(allowed)
  for (const round of ['restart', 'network reload', 'end']) {
    expect(await reached(tspod, 'box', 'web', 80), round).toBe('hello')
    expect(await reached(tspod, 'web', 'box', 80), round).toBe('hello')
    expect(await reached(tspod, 'web', HOST, port), round).toBe('host')
    expect(await said((await tspod('port', 'box', '80')).stdout.trim()), round).toBe('hello')
    expect(await reached(tspod, 'box', HOST, port), round).toBe(refusal(HOST))
    expect((await tspod('exec', 'box', 'nslookup', 'example.org', '10.201.5.1')).stdout, round).toContain('NXDOMAIN')
    expect(await refused(tspod, 'box'), round).toEqual(
      expect.arrayContaining([`tcp ${HOST} ${port}`, 'name example.org 0']),
    )
    if (round !== 'end') expect(await tspod(...round.split(' '), 'box')).toMatchObject({ exitCode: 0, stderr: '' })
  }
  expect((await tspod('network', 'refused', 'box')).stdout).toMatch(/^TIME +PROTOCOL +DESTINATION +PORT\n20\d\d-/)
  expect((await tspod('container', 'inspect', '-f', '{{.HostConfig.Egress}}', 'box')).stdout).toBe('[none]\n')
  expect(heard).not.toContain('box')
})

test('its resolver is the gateway in a network without names, too, whenever resolv.conf is written', async ({
  tspod,
}) => {
  await start(tspod, 'box', '--egress', 'allow=*.example.org:443', ...SLEEP)
  for (const verb of [['restart', '-t', '0'], ['network', 'reload'], undefined]) {
    const { stdout } = await tspod('exec', 'box', 'cat', '/etc/resolv.conf')
    expect(stdout.match(/^nameserver .*$/gm), verb?.join(' ')).toEqual(['nameserver 10.88.0.1'])
    if (verb) expect(await tspod(...verb, 'box')).toMatchObject({ exitCode: 0, stderr: '' })
  }
})

test('addresses and names are allowed with their ports, in each of its networks', async ({ tspod }) => {
  await tspod('network', 'create', '--subnet', '10.201.6.0/24', 'away')
  await start(tspod, 'dns', '--network', 'away:ip=10.201.6.2', ...SLEEP)
  using _resolver = await serveNames(tspod, 'dns', HOST)
  await tspod('network', 'create', '--dns', '10.201.6.2', 'shop')
  const [port, closed] = [portOf(allowed), portOf(other)]
  await start(
    tspod,
    'named',
    '--network',
    'shop',
    '--egress',
    `allow=*.example.org:${port}/tcp,example.net:443`,
    ...SLEEP,
  )
  expect(await reached(tspod, 'named', HOST, port)).toBe(refusal(HOST))
  expect(await reached(tspod, 'named', 'ok.example.org', port)).toBe('host')
  expect(await reached(tspod, 'named', HOST, port)).toBe('host')
  expect(await reached(tspod, 'named', 'ok.example.org', closed)).toBe(refusal(HOST))
  expect(await reached(tspod, 'named', 'bad.example.com', port)).toBe("nc: bad address 'bad.example.com'")
  expect(await refused(tspod, 'named')).toEqual(
    expect.arrayContaining([`tcp ${HOST} ${closed}`, 'name bad.example.com 0']),
  )
  await start(tspod, 'own', '--dns', '10.201.6.2', '--egress', `allow=*.example.org:${port}`, ...SLEEP)
  expect(await reached(tspod, 'own', 'ok.example.org', port)).toBe('host')
  const subnet = `${HOST.split('.').slice(0, 3).join('.')}.0/24`
  await start(
    tspod,
    'subnet',
    '--network',
    'shop',
    '--egress',
    `allow=${subnet}:${port}`,
    '--egress',
    'allow=10.9.9.9:*',
    ...SLEEP,
  )
  expect(await reached(tspod, 'subnet', HOST, port)).toBe('host')
  expect(await reached(tspod, 'subnet', HOST, closed)).toBe(refusal(HOST))
  expect(await tspod('network', 'connect', 'away', 'subnet')).toMatchObject({ exitCode: 0, stderr: '' })
  const way = 'ip route replace default via 10.201.6.1 dev eth1'
  expect(await tspod('exec', '--privileged', 'subnet', 'sh', '-c', way)).toMatchObject({ exitCode: 0 })
  expect(await reached(tspod, 'subnet', HOST, port)).toBe('host')
  expect(await reached(tspod, 'subnet', HOST, closed)).toBe(refusal(HOST))
})

test('who joins its network is under its limit, and is cut off when it ends', async ({ tspod }) => {
  const [port, closed] = [portOf(allowed), portOf(other)]
  await start(tspod, 'box', '--egress', `allow=${HOST}:${port}`, ...SLEEP)
  await start(tspod, 'guest', '--network', 'container:box', ...SLEEP)
  // So that the networks stay.
  await start(tspod, 'free', '--network', 'podman', ...SLEEP)
  expect(await reached(tspod, 'guest', HOST, port)).toBe('host')
  expect(await reached(tspod, 'guest', HOST, closed)).toBe(refusal(HOST))
  await tspod('kill', 'box')
  await tspod('wait', 'box')
  const links = async (): Promise<string> => (await tspod('exec', 'guest', 'ls', '/sys/class/net')).stdout
  await expect.poll(links).toBe('lo\n')
  expect(await reached(tspod, 'guest', HOST, port)).toContain("can't connect")
  expect(await reached(tspod, 'free', HOST, port)).toBe('host')
})

test('a limit of a pod is that of its containers', async ({ tspod }) => {
  const limit = ['--egress', `allow=${HOST}:${portOf(allowed)}`]
  expect(await tspod('pod', 'create', '--name', 'p', ...limit)).toMatchObject({ exitCode: 0, stderr: '' })
  await start(tspod, 'member', '--pod', 'p', ...SLEEP)
  expect(await reached(tspod, 'member', HOST, portOf(allowed))).toBe('host')
  expect(await reached(tspod, 'member', HOST, portOf(other))).toBe(refusal(HOST))
  expect((await tspod('create', '-q', '--pod', 'p', ...limit, 'alpine', 'true')).stderr).toContain('[E_POD_OPTION]')
})

test('a container that takes the address of another one gets nothing out', async ({ tspod }) => {
  const names: string[] = []
  const udp = createSocket('udp4').on('message', (query) =>
    names.push(query.toString('latin1', 13, 13 + (query[12] ?? 0))),
  )
  await new Promise<void>((resolve) => udp.bind(0, HOST, resolve))
  const say = (word: string) => `timeout 1 nslookup ${word} ${HOST}:${udp.address().port} || true`
  try {
    await tspod('network', 'create', '--subnet', '10.201.7.0/24', 'shop')
    await start(tspod, 'free', '--network', 'shop:ip=10.201.7.2', ...SLEEP)
    const rights = ['--cap-add', 'NET_ADMIN', '--cap-add', 'NET_RAW']
    await start(tspod, 'thief', '--network', 'shop:ip=10.201.7.3', '--egress', 'none', ...rights, ...SLEEP)
    const run = (...lines: string[]) => tspod('exec', 'thief', 'sh', '-c', lines.join('\n'))
    await run(say('own'))
    const peer = ['ip address add 10.201.7.2/24 dev eth0', 'ip route replace default via 10.201.7.1 src 10.201.7.2']
    await run('set -e', ...peer, say('peer'), 'ip neighbour flush dev eth0', say('flushed'))
    const mac = (await tspod('exec', 'free', 'cat', '/sys/class/net/eth0/address')).stdout.trim()
    await run('ip link set eth0 down', `ip link set eth0 address ${mac}`, 'ip link set eth0 up', ...peer, say('mac'))
    await run(
      'ip address flush dev eth0',
      'ip address add 10.201.7.99/24 dev eth0',
      peer[1]?.replace('7.2', '7.99') ?? '',
      say('new'),
    )
    await run('ip address add 169.254.219.100/25 dev eth0', 'ip route replace default dev eth0', say('uplink'))
    // Nor does the gateway hear it, which believes what comes from its resolver.
    const ask = (word: string) => `timeout 1 nslookup ${word}.example 10.201.7.1 || true`
    await run('ip address flush dev eth0', 'ip address add 10.201.7.3/32 dev eth0', 'ip route add 10.201.7.1 dev eth0')
    await run(ask('own'), 'ip address replace 169.254.219.3/32 dev eth0')
    await run('ip route replace 10.201.7.1 dev eth0 src 169.254.219.3', ask('resolver'))
    const asked = (await refused(tspod, 'thief')).filter((line) => line.startsWith('name'))
    expect(new Set(asked)).toEqual(new Set(['name own.example 0']))
    await tspod('exec', 'free', 'sh', '-c', say('free'))
    await until('the one that may is heard', () => names.includes('free'))
    expect(new Set(names)).toEqual(new Set(['free']))
  } finally {
    udp.close()
  }
})

test('its udp ports answer on every address, and nothing else gets out by them', async ({ tspod, directory }) => {
  const program = buildWhoami(directory)
  await tspod('network', 'create', '--internal', '--subnet', '10.201.8.0/24', 'shop')
  const options = ['--name', 'box', '--network', 'shop', '--egress', 'none', '-p', '80/udp', '-p', '127.0.0.1::81/udp']
  expect(await startWhoami(tspod, { program, options })).toMatchObject({ exitCode: 0, stderr: '' })
  const port = async (inside: number): Promise<number> =>
    Number((await tspod('port', 'box', `${inside}/udp`)).stdout.trim().split(':').at(-1))
  const udp = (address: string, at: number) => call(program, 'udp', { address, port: at })
  for (const after of ['start', 'restart -t 0', 'network reload']) {
    if (after !== 'start') expect(await tspod(...after.split(' '), 'box')).toMatchObject({ exitCode: 0, stderr: '' })
    if (after.startsWith('restart'))
      await expect.poll(async () => (await tspod('logs', 'box')).stdout.match(/ready/g)).toHaveLength(2)
    const answers = await Promise.all([HOST, '127.0.0.1', '::1'].map(async (address) => udp(address, await port(80))))
    expect(answers, after).toEqual(['10.201.8.1', '10.201.8.1', '10.201.8.1'])
    expect(await udp('127.0.0.1', await port(81)), after).toBe('10.201.8.1')
    expect(await udp(HOST, await port(81)), after).toBe('Connection refused')
  }
  expect(JSON.parse((await tspod('port', '--format', 'json', 'box', '80/udp')).stdout)).toMatchObject([
    { keepsSource: 'no' },
  ])
  const every = await port(80)
  const change = ['--publish-rm', `${every}:80/udp`, '--publish-add', `${every}:82/udp`]
  expect(await tspod('update', ...change, 'box')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await udp(HOST, every)).toBe('10.201.8.1')
  const taken = await tspod('run', '--rm', '-q', '--network', 'bridge', '-p', `${every}:9/udp`, 'alpine', 'true')
  expect(taken.stderr).toContain(`port ${every}/udp of the host is that of container box [E_PORT_IN_USE]`)
  await tspod('rm', '-f', '-t', '0', 'box')
  await expect.poll(() => udp(HOST, every)).toBe('Connection refused')
})

// biome-ignore format: a table
test.for([
  [['--egress', 'all'], 'neither none nor allow=HOST:PORT'],
  [['--egress', 'none', '--egress', 'allow=192.0.2.1:1'], 'exclude each other'],
  [['--egress', 'none', '--network', 'host'], 'needs a network with a name, and host is none'],
  [['--egress', 'none', '--network', 'none'], 'needs a network with a name, and none is none'],
  [['--egress', 'none', '--network', 'slirp4netns'], 'needs a network with a name, and slirp4netns is none'],
  [['--egress', 'none', '--network', 'pasta'], 'needs a network with a name, and pasta is none'],
] as const)('%j is refused in one line, and nothing is made', async ([words, why], { tspod }) => {
  const { exitCode, stderr } = await tspod('create', '-q', ...words, 'alpine', 'true')
  expect({ exitCode, stderr }).toEqual({ exitCode: 125, stderr: expect.stringMatching(/^error: [^\n]+ \[E_BAD_EGRESS\]\n(hint: [^\n]+\n)?$/) })
  expect(stderr).toContain(why)
  expect((await tspod('ps', '-aq')).stdout).toBe('')
})
