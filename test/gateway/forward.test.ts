import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Namespace } from './namespaces.ts'
import { type Gateway, makeWorld, type World } from './world.ts'

const PORT = 8080
const FORWARD = `forward tcp8080 10.89.1.2 fd00:1::2 ${PORT} 10.89.1.1 fd00:1::1 10.89.0.0/16`

let world: World

beforeAll(async () => {
  world = await makeWorld('asan')
}, 120_000)
afterAll(() => world?.end())

/** In `web` whatever listens on its port; ends the one before. */
type Kind = 'who' | 'echo' | 'digest' | 'refuse' | 'last word' | 'reset'
const serve = (kind: Kind): Promise<void> =>
  world.web.run(
    async ({ kind, port }) => {
      const state = globalThis as { server?: import('node:net').Server }
      await new Promise((resolve) => (state.server ? state.server.close(resolve) : resolve(0)))
      delete state.server
      if (kind === 'refuse') return
      const { createServer } = process.getBuiltinModule('node:net')
      const { createHash } = process.getBuiltinModule('node:crypto')
      const server = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => {})
        if (kind === 'who') socket.end(`${socket.remoteAddress?.replace('::ffff:', '')} ${socket.remotePort}`)
        if (kind === 'echo') socket.pipe(socket)
        if (kind === 'reset') socket.once('data', () => socket.resetAndDestroy())
        // what the other end still sends makes the kernel reset the connection behind our answer
        if (kind === 'last word') socket.once('data', () => socket.write('last word', () => socket.destroy()))
        if (kind === 'digest') {
          const hash = createHash('sha256')
          socket.on('data', (chunk) => hash.update(chunk)).on('end', () => socket.end(hash.digest('hex')))
        }
      })
      state.server = server
      await new Promise<void>((resolve) => server.listen(port, '::', resolve))
    },
    { kind, port: PORT },
  )

/** Connects from there, sends this and closes that half; resolves with what came, or the error's code. */
const call = (from: Namespace, host: string, text = ''): Promise<{ heard: string; port: number }> =>
  from.run(
    ({ host, text, port }) =>
      new Promise<{ heard: string; port: number }>((resolve) => {
        let heard = ''
        let local = 0
        const socket = process.getBuiltinModule('node:net').connect(port, host, () => {
          local = socket.localPort ?? 0
          socket.end(text)
        })
        socket.setTimeout(10_000, () => socket.destroy(new Error('silence')))
        socket.on('data', (chunk) => {
          heard += chunk
        })
        socket.on('error', (error: NodeJS.ErrnoException) =>
          resolve({ heard: heard + (error.code ?? error.message), port: local }),
        )
        socket.on('end', () => resolve({ heard, port: local }))
      }),
    { host, text, port: PORT },
  )

async function startForward(line = FORWARD): Promise<Gateway> {
  const gateway = await world.startGateway()
  expect(gateway.ask(`member w\n${line}\n`, `pid:${world.web.pid}`, `listen:${PORT}`)).toBe('ok\n')
  return gateway
}

describe('who calls', () => {
  beforeEach(() => serve('who'))

  test.for([
    ['is seen as who it is', '198.51.100.1', FORWARD, '198.51.100.2', true],
    ['is seen as who it is by IPv6', 'fd00:c::1', FORWARD, 'fd00:c::2', true],
    [
      'is the bridge where the prefix is its own',
      '198.51.100.1',
      FORWARD.replace('10.89.0.0/16', '198.51.100.0/25'),
      '10.89.1.1',
      false,
    ],
    [
      'is itself where it is beside the prefix',
      '198.51.100.1',
      FORWARD.replace('10.89.0.0/16', '198.51.100.128/25'),
      '198.51.100.2',
      true,
    ],
    ['is the bridge where its address is one of its link alone', '169.254.7.1', FORWARD, '10.89.1.1', false],
    ['is the bridge where only IPv4 goes on', 'fd00:c::1', FORWARD.replace('fd00:1::2', '-'), '10.89.1.1', false],
    ['is the bridge where only IPv6 goes on', '198.51.100.1', FORWARD.replace('10.89.1.2', '-'), 'fd00:1::1', false],
  ] as const)('%s', async ([, host, line, seen, keepsPort]) => {
    await using _gateway = await startForward(line)
    const { heard, port } = await call(world.outside, host)
    expect(heard.split(' ')[0]).toBe(seen)
    if (keepsPort) expect(heard.split(' ')[1]).toBe(`${port}`)
  })

  test.for([
    ['127.0.0.1', '10.89.1.1'],
    ['::1', 'fd00:1::1'],
  ] as const)('from %s of the host is %s', async ([host, seen]) => {
    await using _gateway = await startForward()
    expect((await call(world.host, host)).heard.split(' ')[0]).toBe(seen)
  })

  test('from the same port twice is let through twice', async () => {
    await using gateway = await startForward()
    expect(gateway.ask(`member w\n${FORWARD.replace('tcp8080', 'second')}\n`, 'listen:8081')).toBe('ok\n')
    const seen = await world.outside.run(
      (ports) =>
        Promise.all(
          ports.map(
            (port) =>
              new Promise((resolve) => {
                const socket = process
                  .getBuiltinModule('node:net')
                  .connect({ port, host: '198.51.100.1', localPort: 40123 })
                socket
                  .on('data', (chunk) => resolve(`${chunk}`.split(' ')[0]))
                  .on('error', (error) => resolve(`${error}`))
              }),
          ),
        ),
      [8080, 8081],
    )
    expect(seen).toEqual(['198.51.100.2', '198.51.100.2'])
  })

  test('200 at once are answered, and leave no descriptor behind', async () => {
    await using gateway = await startForward()
    const count = () => Number(/connections (\d+)/.exec(gateway.ask('list'))?.[1])
    const answers = await Promise.all(Array.from({ length: 200 }, () => call(world.outside, '198.51.100.1')))
    expect(new Set(answers.map(({ heard }) => heard.split(' ')[0]))).toEqual(new Set(['198.51.100.2']))
    expect(new Set(answers.map(({ port }) => port)).size).toBe(200)
    await expect.poll(count).toBe(0)
  })

  test('finds the namespace’s own address by itself', async () => {
    await using gateway = await world.startGateway()
    expect(
      gateway.ask(`member w\n${FORWARD.replace('10.89.1.2', 'auto')}\n`, `pid:${world.web.pid}`, `listen:${PORT}`),
    ).toBe('ok\n')
    // not yet
    expect((await call(world.outside, '198.51.100.1')).heard).toBe('ECONNRESET')
    const command = async (verb: string) =>
      await world.networks.run(
        (verb) =>
          void process
            .getBuiltinModule('node:child_process')
            .execFileSync('ip', ['route', verb, 'default', 'dev', 'tspod2', 'src', '10.89.2.1']),
        verb,
      )
    await command('add')
    await world.networks.run(
      (port) =>
        new Promise<void>((resolve) =>
          process
            .getBuiltinModule('node:net')
            .createServer((socket) => socket.end('here'))
            .listen(port, '10.89.2.1', resolve),
        ),
      PORT,
    )
    expect((await call(world.outside, '198.51.100.1')).heard).toBe('here')
    await command('delete')
  })
})

describe('what is carried', () => {
  test('each half closes by itself', async () => {
    await serve('echo')
    await using _gateway = await startForward()
    expect((await call(world.outside, '198.51.100.1', 'a word')).heard).toBe('a word')
    expect((await call(world.outside, '198.51.100.1', 'x'.repeat(300_000))).heard.length).toBe(300_000)
  })

  test('100 MB arrive as they are, both ways', async () => {
    await serve('digest')
    await using _gateway = await startForward()
    expect(await bulk(world.outside, false)).toBe(true)
    await serve('echo')
    expect(await bulk(world.outside, true)).toBe(true)
  })

  test('a refused connection is reset', async () => {
    await serve('refuse')
    await using _gateway = await startForward()
    expect((await call(world.outside, '198.51.100.1')).heard).toBe('ECONNRESET')
  })

  test('a reset is one on the other side, too', async () => {
    await serve('reset')
    await using _gateway = await startForward()
    expect((await call(world.outside, '198.51.100.1', 'x')).heard).toBe('ECONNRESET')
  })

  test('what was said before the end is heard', async () => {
    await serve('last word')
    await using _gateway = await startForward()
    expect((await call(world.outside, '198.51.100.1', 'x'.repeat(100_000))).heard).toMatch(/^last word/)
  })
})

/** Sends 100 MB that no two of their blocks are the same; whether their digest comes back, or they themselves. */
const bulk = (from: Namespace, echoes: boolean): Promise<boolean> =>
  from.run(
    ({ echoes, port }) =>
      new Promise<boolean>((resolve, reject) => {
        const { createHash, randomBytes } = process.getBuiltinModule('node:crypto')
        const sent = createHash('sha256')
        const heard = createHash('sha256')
        let text = ''
        const socket = process.getBuiltinModule('node:net').connect(port, '198.51.100.1')
        socket.on('error', reject)
        socket.on('data', (chunk) => {
          if (echoes) heard.update(chunk)
          else text += chunk
        })
        const block = randomBytes(1 << 20)
        let left = 100
        const more = () => {
          if (left-- === 0) return void socket.end()
          const next = Buffer.from(block)
          next.writeUInt32BE(left, left)
          sent.update(next)
          socket.write(next, more)
        }
        more()
        socket.on('end', () => resolve(sent.digest('hex') === (echoes ? heard.digest('hex') : text)))
      }),
    { echoes, port: PORT },
  )

describe('who leaves', () => {
  test('a forward that is taken back refuses, and what runs goes on', async () => {
    await serve('echo')
    await using gateway = await startForward()
    const open = world.outside.run(
      (port) =>
        new Promise<string>((resolve) => {
          let heard = ''
          const socket = process.getBuiltinModule('node:net').connect(port, '198.51.100.1', () => socket.write('one'))
          ;(globalThis as { socket?: unknown }).socket = socket
          socket.on('data', (chunk) => {
            heard += chunk
            if (heard === 'onetwo') resolve(heard)
          })
        }),
      PORT,
    )
    await expect.poll(() => gateway.ask('list')).toContain('connections 1\n')
    expect(gateway.ask('member w\nunforward tcp8080\n')).toBe('ok\n')
    expect((await call(world.outside, '198.51.100.1')).heard).toBe('ECONNREFUSED')
    await world.outside.run(
      () => void (globalThis as unknown as { socket: import('node:net').Socket }).socket.write('two'),
      undefined,
    )
    expect(await open).toBe('onetwo')
  })

  test('a port leads elsewhere, with the socket it has; one that is not there does not', async () => {
    await serve('who')
    await using gateway = await startForward(FORWARD.replace('10.89.1.2', '-'))
    const seen = async () => (await call(world.outside, '198.51.100.1')).heard.split(' ')[0]
    expect(await seen()).toBe('fd00:1::1')
    const retarget = FORWARD.replace('forward', 'retarget')
    expect(gateway.ask(`member w\n${retarget.replace('tcp8080', 'other')}\n`)).toBe('failed 2 2\n')
    expect(gateway.ask(`member w\n${retarget}\nnonsense\n`)).toBe('failed 22 3\n')
    expect(await seen()).toBe('fd00:1::1')
    expect(gateway.ask(`member w\n${retarget}\n`)).toBe('ok\n')
    expect(await seen()).toBe('198.51.100.2')
    expect(gateway.ask('list')).toContain(`${FORWARD}\n`)
  })

  test('the last one ends it, and its ports', async () => {
    await serve('who')
    const gateway = await startForward()
    expect(gateway.ask('member b\naddress tspod1 10.89.1.3 - b\n', `pid:${world.both.pid}`)).toBe('ok\n')
    expect(gateway.ask('member w\nleave\n')).toBe('ok\n')
    expect((await call(world.outside, '198.51.100.1')).heard).toBe('ECONNREFUSED')
    expect(gateway.ask('list')).toContain('member b\n')
    expect(gateway.ask('member b\nleave\n')).toBe('ok\n')
    expect(await gateway.ended).toEqual({ exitCode: 0, stderr: '' })
    expect(gateway.ask('list')).toContain('refused')
  })
})

test('without descriptors it waits for some, without work', async () => {
  await serve('echo')
  await using gateway = await world.startGateway({ descriptors: 64 })
  expect(gateway.ask(`member w\n${FORWARD}\n`, `pid:${world.web.pid}`, `listen:${PORT}`)).toBe('ok\n')
  const ticks = () => {
    const fields = readFileSync(`/proc/${gateway.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  }
  const hold = world.outside.run(
    (port) =>
      new Promise<number>((resolve) => {
        const { connect } = process.getBuiltinModule('node:net')
        let heard = 0
        const end = () => {
          for (const socket of sockets) socket.destroy()
          resolve(heard)
        }
        const sockets = Array.from({ length: 40 }, () =>
          connect(port, '198.51.100.1', function (this: import('node:net').Socket) {
            this.write('x')
          })
            // as many as it carries, and then for a second nobody else
            .on('data', () => ++heard === 8 && setTimeout(end, 1000))
            .on('error', () => {}),
        )
      }),
    PORT,
  )
  const before = ticks()
  await expect.poll(() => gateway.ask('list')).toContain('connections 8\n')
  expect(await hold).toBe(8)
  expect(ticks() - before).toBeLessThan(30)
  expect((await call(world.outside, '198.51.100.1', 'after')).heard).toBe('after')
  await gateway[Symbol.asyncDispose]()
  expect((await gateway.ended).stderr).toMatch(/^gateway: a published port waits: .*\n$/)
})

test('whoever opens connections without end leaves room for other ports, and for other members', async () => {
  await serve('echo')
  await using gateway = await world.startGateway({ descriptors: 64 })
  const [second, other] = ['second', 'other'].map((label) => FORWARD.replace('tcp8080', label))
  const web = `member w\n${FORWARD}\n${second}\n`
  expect(gateway.ask(web, `pid:${world.web.pid}`, `listen:${PORT}`, 'listen:8081')).toBe('ok\n')
  expect(gateway.ask(`member b\n${other}\n`, `pid:${world.both.pid}`, 'listen:8082')).toBe('ok\n')
  const total = async (port: number, expected: number) => {
    await world.outside.run((port) => {
      const { connect } = process.getBuiltinModule('node:net')
      for (let count = 0; count < 40; count++) connect(port, '198.51.100.1').on('error', () => {})
    }, port)
    await expect.poll(() => gateway.ask('list')).toContain(`connections ${expected}\n`)
  }
  await total(8080, 8)
  await total(8081, 11)
  await total(8082, 14)
  expect(gateway.ask('member w\nunforward tcp8080\nleave\n')).toBe('ok\n')
})
