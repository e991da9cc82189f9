import { setTimeout } from 'node:timers/promises'
import { startChild } from '../../../base/child.ts'
import { hostAddress } from '../../../network/host-address.ts'
import { type Case, type Images, removeContainers, SHORT } from '../case.ts'
import type { Engine } from '../engine.ts'
import { memoryKib, PRIVATE } from '../private-memory.ts'
import { processesOfUser, treeOf } from '../processes.ts'
import { timed } from '../timed.ts'

const NETWORK = 'bench'
const GIBIBYTES = 2
const REQUESTS = 4000
const CONTAINERS = 10

/** Bytes and requests through each kind of network, and what a named one costs. */
export function networkCases({ busybox, servers }: Images): Case[] {
  const usual = { unit: 'ms', place: 'disk', warmUps: 1, rounds: 5, target: 1 } as const
  const kinds = [
    { name: 'slirp4netns', words: 'slirp4netns' },
    { name: NETWORK, words: 'a named network' },
  ]
  return [
    ...pastaCases(servers),
    ...kinds.flatMap(({ name, words }): Case[] => [
      {
        ...usual,
        name: `tcp-in-${name}`,
        title: `${GIBIBYTES} GiB into a container by a published port, ${words}`,
        prepare: (engine) => prepareServer(engine, servers, { network: name, command: IPERF }),
        measure: (engine) => iperf(engine, ['-c', '127.0.0.1', '-p', portOf(engine)]),
      },
      {
        ...usual,
        name: `tcp-out-${name}`,
        title: `${GIBIBYTES} GiB out of a container, ${words}`,
        prepare: (engine) => prepareClient(engine, servers, name),
        measure: upload,
      },
    ]),
    {
      ...usual,
      name: 'tcp-between',
      title: `${GIBIBYTES} GiB from container to container on a named network`,
      target: 0.5,
      prepare: async (engine) => {
        await prepareServer(engine, servers, { network: NETWORK, command: IPERF })
        await engine.run('run', '-d', '--name=client', `--network=${NETWORK}`, await servers(), 'sleep', 'inf')
      },
      measure: async (engine) => (await engine.run('exec', 'client', 'iperf3', '-c', 'server', ...AMOUNT)).ms,
    },
    ...['slirp4netns', NETWORK].map(
      (network): Case => ({
        ...usual,
        name: `requests-${network}`,
        title: `${REQUESTS} requests to nginx by a published port, 16 at a time, ${network === NETWORK ? 'a named network' : network}`,
        prepare: (engine) => prepareServer(engine, servers, { network, command: NGINX, inside: 80 }),
        measure: async (engine) => {
          const argv = ['ab', '-q', '-n', `${REQUESTS}`, '-c', '16', `http://127.0.0.1:${portOf(engine)}/`]
          return (await timed(argv, { env: engine.env })).ms
        },
      }),
    ),
    {
      ...SHORT,
      name: 'run-named',
      title: '`run --rm` on a named network that another container is in',
      target: 0.5,
      prepare: async (engine) => {
        await prepare(engine, busybox)
        await engine.run('run', '-d', `--network=${NETWORK}`, busybox, 'sleep', 'inf')
      },
      measure: async (engine) => (await engine.run('run', '--rm', `--network=${NETWORK}`, busybox, 'true')).ms,
    },
    ...MEMORY.map(
      ({ name, words, fields, publishes }): Case => ({
        ...SHORT,
        name,
        title: `${words} of what serves the network of ${CONTAINERS} containers${publishes ? ', each with a published port' : ''}`,
        unit: 'KiB',
        warmUps: 0,
        rounds: 3,
        target: 0.3,
        prepare: (engine) => prepare(engine, busybox),
        measure: (engine) => helperMemory(engine, busybox, { fields, publishes }),
        restore: removeContainers,
      }),
    ),
  ]
}

/** Pages of programs and libraries count as private where no other process has them, as they do of a single slirp4netns. */
const MEMORY = [
  { name: 'memory-named', words: 'private memory', fields: PRIVATE, publishes: false },
  {
    name: 'memory-named-written',
    words: 'private memory that was written to',
    fields: ['Private_Dirty'],
    publishes: false,
  },
  { name: 'memory-named-ports', words: 'private memory', fields: PRIVATE, publishes: true },
] as const

const AMOUNT = ['-n', `${GIBIBYTES}G`]
const IPERF = ['iperf3', '-s']
const NGINX = ['nginx', '-g', 'daemon off;']

async function prepare(engine: Engine, image: string): Promise<void> {
  await engine.run('pull', image)
  await removeContainers(engine)
  const { stdout } = await engine.run('network', 'ls', '--format', '{{.Name}}')
  if (!stdout.split('\n').includes(NETWORK)) await engine.run('network', 'create', NETWORK)
}

/** Each engine publishes on a port of its own: the other's container may still be there. */
function portOf({ name }: Engine): string {
  return name === 'tspod' ? '15201' : '15301'
}

async function prepareServer(
  engine: Engine,
  servers: Images['servers'],
  options: { readonly network: string; readonly command: readonly string[]; readonly inside?: number },
): Promise<void> {
  const { network, command, inside = 5201 } = options
  const image = await servers()
  await prepare(engine, image)
  const publish = `${portOf(engine)}:${inside}`
  await engine.run('run', '-d', '--name=server', `--network=${network}`, '-p', publish, image, ...command)
  const listens = `until (exec 3<>/dev/tcp/127.0.0.1/${inside}) 2>/dev/null; do sleep 0.05; done`
  await engine.run('exec', 'server', 'bash', '-c', listens)
}

async function prepareClient(engine: Engine, servers: Images['servers'], network: string): Promise<void> {
  const image = await servers()
  await prepare(engine, image)
  await engine.run('run', '-d', '--name=client', `--network=${network}`, image, 'sleep', 'inf')
}

async function iperf(engine: Engine, options: readonly string[]): Promise<number> {
  return (await timed(['iperf3', ...options, ...AMOUNT], { env: engine.env })).ms
}

async function upload(engine: Engine): Promise<number> {
  return await besideServer(iperfServer(engine), async () => {
    const to = ['-c', hostAddress() ?? '', '-p', portOf(engine)]
    return (await engine.run('exec', 'client', 'iperf3', ...to, ...AMOUNT)).ms
  })
}

/** The podman that most distributions of the last years have knows no pasta, so the peer is a pasta without an engine. */
function pastaCases(servers: Images['servers']): Case[] {
  const usual = { unit: 'ms', place: 'disk', warmUps: 1, rounds: 5, target: 1 } as const
  const right = 'on the right a pasta alone'
  const isPeer = (engine: Engine): boolean => engine.name === 'podman'
  return [
    {
      ...usual,
      name: 'tcp-in-pasta',
      title: `${GIBIBYTES} GiB into a container by a published port, pasta; ${right}`,
      prepare: async (engine) => {
        if (!isPeer(engine)) await prepareServer(engine, servers, { network: 'pasta', command: IPERF })
      },
      measure: async (engine) => {
        const transfer = () => iperf(engine, ['-c', '127.0.0.1', '-p', portOf(engine)])
        if (!isPeer(engine)) return await transfer()
        const server = ['iperf3', '-s', '-1', '--forceflush']
        return await besideServer(['pasta', '--config-net', '-t', `${portOf(engine)}:5201`, '--', ...server], transfer)
      },
    },
    {
      ...usual,
      name: 'tcp-out-pasta',
      // Debian 12's pasta stalls in one of three uploads of this size by its tap, with an engine or without
      title: `${GIBIBYTES} GiB out of a container by a forwarded port, pasta; ${right}`,
      prepare: async (engine) => {
        if (!isPeer(engine)) await prepareClient(engine, servers, `pasta:-T,${portOf(engine)}`)
      },
      measure: (engine) =>
        besideServer(iperfServer(engine), async () => {
          const client = ['iperf3', '-c', '127.0.0.1', '-p', portOf(engine), ...AMOUNT]
          if (!isPeer(engine)) return (await engine.run('exec', 'client', ...client)).ms
          return (await timed(['pasta', '--config-net', '-T', portOf(engine), '--', ...client], { env: engine.env })).ms
        }),
    },
  ]
}

function iperfServer(engine: Engine): string[] {
  return ['iperf3', '-s', '-1', '--forceflush', '-p', portOf(engine)]
}

/** While a server of the host runs that has said that it listens; it ends with the one who used it. */
async function besideServer(argv: readonly string[], action: () => Promise<number>): Promise<number> {
  const [program = '', ...args] = argv
  const server = startChild(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    await new Promise((resolve) => server.stdout?.once('data', resolve))
    return await action()
  } finally {
    server.kill()
    await ended
  }
}

/** What served the containers before ends some seconds after them. */
async function nobodyServes(): Promise<void> {
  for (let tries = 0; processesOfUser().some(({ name }) => name === 'slirp4netns'); tries++) {
    if (tries === 300) throw new Error('a slirp4netns of before does not end')
    await setTimeout(100)
  }
}

/** All that the engine leaves running but the containers and their monitors. */
async function helperMemory(
  engine: Engine,
  image: string,
  { fields, publishes }: { readonly fields: readonly string[]; readonly publishes: boolean },
): Promise<number> {
  await nobodyServes()
  const before = new Set(processesOfUser().map(({ pid }) => pid))
  const publish = publishes ? ['-p', '80'] : []
  const ids: string[] = []
  for (let index = 0; index < CONTAINERS; index++) {
    const { stdout } = await engine.run('run', '-d', `--network=${NETWORK}`, ...publish, image, 'sleep', 'inf')
    ids.push(stdout.trim())
  }
  // what only started them has ended by then
  await setTimeout(1000)
  const { stdout } = await engine.run('inspect', '--format', '{{.State.Pid}} {{.State.ConmonPid}}', ...ids)
  const after = processesOfUser()
  const own = new Set<number>()
  for (const line of stdout.trim().split('\n')) {
    const [pid = 0, monitor = 0] = line.split(' ').map(Number)
    for (const inside of treeOf(pid, after)) own.add(inside)
    own.add(monitor)
  }
  const helpers = after.filter(({ pid }) => !before.has(pid) && !own.has(pid))
  if (!helpers.some(({ name }) => name === 'slirp4netns')) throw new Error(`${engine.name}: nobody serves the network`)
  return await memoryKib(engine, helpers, fields)
}
