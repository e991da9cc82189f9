import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Gateway, makeWorld, type World } from './world.ts'

const PORT = 8053
const RELAY = `relay udp8053 10.89.1.2 fd00:1::2 ${PORT} - fd00:1::1`
/** README.md of the gateway, "What is relayed" */
const MOST_PEERS = 1024

let world: World

/** In `web`: answers with who called and what was said, as often as the text says. */
beforeAll(async () => {
  world = await makeWorld('asan')
  await world.web.run((port) => {
    const socket = process.getBuiltinModule('node:dgram').createSocket('udp6')
    socket.on('message', (text, from) => {
      const answer = `${from.address.replace('::ffff:', '')} ${from.port} ${text}`
      for (let left = Number(/^(\d+) times/.exec(`${text}`)?.[1] ?? 1); left > 0; left--)
        socket.send(answer, from.port, from.address)
    })
    return new Promise<void>((resolve) => socket.bind(port, '::', resolve))
  }, PORT)
}, 120_000)
afterAll(() => world?.end())

async function startRelay(line = RELAY, handle = `udp:${PORT}`): Promise<Gateway> {
  const gateway = await world.startGateway()
  expect(gateway.ask(`member w\n${line}\n`, `pid:${world.web.pid}`, handle)).toBe('ok\n')
  return gateway
}

/** From sockets of their own in the host, one for each text; what each heard once all have heard so much, or nobody any more. */
const say = (texts: readonly string[], { host = '127.0.0.1', expected = 1, silenceMs = 5000 } = {}) =>
  world.host.run(
    ({ texts, host, port, expected, silenceMs }) =>
      new Promise<string[][]>((resolve) => {
        const { createSocket } = process.getBuiltinModule('node:dgram')
        const heard: string[][] = texts.map(() => [])
        const sockets = texts.map(() => createSocket(host.includes(':') ? 'udp6' : 'udp4'))
        const end = () => {
          clearTimeout(timer)
          for (const socket of sockets) socket.close()
          resolve(heard)
        }
        const timer = setTimeout(end, silenceMs)
        for (const [index, socket] of sockets.entries()) {
          socket.on('message', (text) => {
            heard[index]?.push(`${text}`)
            if (heard.every(({ length }) => length === expected)) end()
          })
          socket.send(texts[index] ?? '', port, host)
        }
      }),
    { texts, host, port: PORT, expected, silenceMs },
  )

const peersOf = (gateway: Gateway): number => Number(/peers (\d+)/.exec(gateway.ask('list'))?.[1])

test.for([
  ['127.0.0.1', 'udp', '10.89.1.1', RELAY],
  ['::1', 'udp6', 'fd00:1::1', RELAY],
  ['::1', 'udp6', '10.89.1.1', RELAY.replace('fd00:1::2', '-')],
] as const)('who calls %s (%s) is %s, and hears the answers: %s', async ([host, handle, seen, line]) => {
  await using gateway = await startRelay(line, `${handle}:${PORT}`)
  expect(gateway.ask('list')).toContain(`${line}\n`)
  const [heard = []] = await say(['3 times'], { host, expected: 3 })
  expect(heard).toHaveLength(3)
  for (const answer of heard) expect(answer).toMatch(new RegExp(`^${seen} \\d+ 3 times$`))
})

test('each peer hears its own answers, large and empty ones too', async () => {
  await using gateway = await startRelay()
  const texts = ['one', '', 'x'.repeat(1400), ...Array.from({ length: 50 }, (_, index) => `peer ${index}`)]
  const heard = await say(texts)
  expect(heard.map(([answer = '']) => answer.split(' ').slice(2).join(' '))).toEqual(texts)
  const ports = heard.map(([answer = '']) => answer.split(' ')[1])
  expect(new Set(ports).size).toBe(texts.length)
  expect(peersOf(gateway)).toBe(texts.length)
})

test('who is silent is forgotten, and heard again', async () => {
  await using gateway = await startRelay()
  await say(['one'])
  expect(peersOf(gateway)).toBe(1)
  await expect.poll(() => peersOf(gateway), { timeout: 20_000 }).toBe(0)
  expect((await say(['two']))[0]).toHaveLength(1)
})

test('of more peers than it remembers the oldest make room', async () => {
  await using gateway = await startRelay()
  for (let round = 0; round < 12; round++)
    expect((await say(Array.from({ length: 100 }, (_, index) => `${round} ${index}`))).flat()).toHaveLength(100)
  expect(peersOf(gateway)).toBeLessThanOrEqual(MOST_PEERS)
  expect((await say(['last']))[0]).toHaveLength(1)
})

test('whoever calls one port from everywhere leaves the peers of another alone', async () => {
  await using gateway = await startRelay()
  const other = `member w\n${RELAY.replace('udp8053', 'other')}\n`
  expect(gateway.ask(other, 'udp:8055')).toBe('ok\n')
  /** Who the target saw, by the other port, from one socket that stays. */
  const seen = () =>
    world.host.run(
      (port) =>
        new Promise<string>((resolve) => {
          const own = globalThis as { peer?: import('node:dgram').Socket }
          own.peer ??= process.getBuiltinModule('node:dgram').createSocket('udp4')
          own.peer.once('message', (text) => resolve(`${text}`))
          own.peer.send('x', port, '127.0.0.1')
        }),
      8055,
    )
  const before = await seen()
  for (let round = 0; round < 12; round++) await say(Array.from({ length: 100 }, (_, index) => `${round} ${index}`))
  expect(peersOf(gateway)).toBeGreaterThan(MOST_PEERS / 2 - 100)
  expect(await seen()).toBe(before)
})

test('a container that does not listen costs nothing and is heard once it does', async () => {
  await using gateway = await startRelay(RELAY.replace(`${PORT} -`, '8054 -'))
  const ticks = () => {
    const fields = readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  }
  const before = ticks()
  expect(await say(['nobody'], { silenceMs: 500 })).toEqual([[]])
  expect(ticks() - before).toBeLessThan(20)
  expect(gateway.ask(`member w\nretarget${RELAY.slice('relay'.length)}\n`)).toBe('ok\n')
  expect((await say(['somebody']))[0]).toHaveLength(1)
})

test('a relay that is taken back, or whose member has ended, gives its port back, and its peers', async () => {
  await using gateway = await startRelay()
  const taken = () => gateway.ask(`member b\nrelay other - - 1 - -\n`, `pid:${world.both.pid}`, `udp:${PORT}`)
  // Nobody gets between, also who would share it.
  expect(taken()).toContain('Address already in use')
  await say(['one'])
  expect(peersOf(gateway)).toBe(1)
  expect(gateway.ask('member w\nunforward udp8053\n')).toBe('ok\n')
  expect(peersOf(gateway)).toBe(0)
  expect(taken()).toBe('ok\n')
  expect(gateway.ask('member b\nleave\n')).toBe('ok\n')
  expect(gateway.ask(`member w\n${RELAY}\n`, `udp:${PORT}`)).toBe('ok\n')
})

test.for([
  [`relay a 10.89.1.2 - 1 - -`, 'listen:8054', 'failed 88 2\n'],
  [`forward a 10.89.1.2 - 1 - - -`, 'udp:8054', 'failed 88 2\n'],
  [`relay a 10.89.1.2 - 0 - -`, 'udp:8054', 'failed 22 2\n'],
  [`relay a fd00::1 - 1 - -`, 'udp:8054', 'failed 22 2\n'],
  [`relay a 10.89.1.2 - 1 - - -`, 'udp:8054', 'failed 22 2\n'],
] as const)('%s with %s is refused', async ([line, handle, answer]) => {
  await using gateway = await startRelay()
  expect(gateway.ask(`member w\n${line}\n`, handle)).toBe(answer)
  expect((await say(['still there']))[0]).toHaveLength(1)
})
