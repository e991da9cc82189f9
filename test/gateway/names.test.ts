import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exchange, lookUp, parseAnswer, queryOf } from './dns.ts'
import { type Gateway, makeWorld, type World } from './world.ts'

let world: World

/** Sooner than a silent upstream is given up, after 2 seconds. Source: README.md of the gateway. */
const AT_ONCE_MS = 1900

beforeAll(async () => {
  world = await makeWorld('asan')
  await world.networks.run(startUpstream, undefined)
}, 120_000)
afterAll(() => world?.end())

/** Answers a query for NAME.example with 192.0.2.7, from 10.0.2.3; of some names it knows nothing. */
function startUpstream(): Promise<void> {
  const answerTo = (query: Buffer): Buffer[] => {
    const name = query.toString('latin1', 13, 13 + (query[12] ?? 0))
    const answer = Buffer.concat([query, Buffer.from('c00c00010001000000000004c0000207', 'hex')])
    answer[2] = 0x81
    answer[7] = 1
    const wrongId = Buffer.from(answer)
    wrongId.writeUInt16BE((query.readUInt16BE() + 1) & 0xffff)
    wrongId[answer.length - 1] = 66
    const wrongName = Buffer.from(answer)
    wrongName[13] = 0x2d
    wrongName[answer.length - 1] = 66
    const isQuery = Buffer.from(answer)
    isQuery[2] = 1
    if (name === 'silent') return []
    if (name === 'forged') return [wrongId, wrongName, isQuery, answer.subarray(0, 5), answer]
    return [answer]
  }
  const udp = process.getBuiltinModule('node:dgram').createSocket('udp4')
  udp.on('message', (query, { port, address }) => {
    for (const answer of answerTo(query)) udp.send(answer, port, address)
  })
  const tcp = process.getBuiltinModule('node:net').createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (const answer of answerTo(bytes.subarray(2)))
        socket.write(Buffer.concat([Buffer.from([answer.length >> 8, answer.length & 255]), answer]))
    })
  })
  return new Promise((resolve) => tcp.listen(53, '10.0.2.3', () => udp.bind(53, '10.0.2.3', resolve)))
}

/** Resolvers on both networks, and the three containers with their names. */
async function startNamed(upstream = '10.0.2.3'): Promise<Gateway> {
  const gateway = await world.startGateway({ upstream })
  const { web, both, far } = world
  const serve = 'serve tspod1 10.89.1.1 fd00:1::1\nserve tspod2 10.89.2.1 fd00:2::1\n'
  expect(gateway.ask(`member w\n${serve}address tspod1 10.89.1.2 fd00:1::2 web Www shared\n`, `pid:${web.pid}`)).toBe(
    'ok\n',
  )
  const first = 'address tspod1 10.89.1.3 - both shared'
  expect(gateway.ask(`member b\n${first}\naddress tspod2 10.89.2.3 fd00:2::3 both\n`, `pid:${both.pid}`)).toBe('ok\n')
  expect(gateway.ask('member f\naddress tspod2 10.89.2.4 - far far.away\n', `pid:${far.pid}`)).toBe('ok\n')
  return gateway
}

describe('names', () => {
  test.for([
    ['web', 'A', ['10.89.1.2']],
    ['web', 'AAAA', ['fd00:0001:0000:0000:0000:0000:0000:0002']],
    ['web', 'ANY', ['10.89.1.2', 'fd00:0001:0000:0000:0000:0000:0000:0002']],
    ['web', 'MX', []],
    ['WWW', 'A', ['10.89.1.2']],
    ['web.dns.podman', 'A', ['10.89.1.2']],
    ['shared', 'A', ['10.89.1.2', '10.89.1.3']],
    ['both', 'A', ['10.89.1.3']],
    ['both', 'AAAA', []],
    ['2.1.89.10.in-addr.arpa', 'PTR', ['web']],
    [`${'2.0.0.0.'.padEnd(48, '0.')}1.0.0.0.0.0.d.f.ip6.arpa`, 'PTR', ['web']],
    ['far', 'A', ['192.0.2.7']],
    ['far.away', 'A', ['192.0.2.7']],
    ['webb', 'A', ['192.0.2.7']],
    ['a.web', 'A', ['192.0.2.7']],
    ['far.dns.podman', 'A', 'rcode 3'],
  ] as const)('a container of one network asks for %s, %s, and hears %j', async ([name, type, expected]) => {
    await using _gateway = await startNamed()
    expect(await lookUp(world.web, name, type)).toEqual(expected)
    expect(await lookUp(world.web, name, type, { tcp: true })).toEqual(expected)
    expect(await lookUp(world.web, name, type, { server: 'fd00:1::1' })).toEqual(expected)
  })

  test('a container of two networks sees both, wherever it asks', async () => {
    await using _gateway = await startNamed()
    for (const server of ['10.89.1.1', '10.89.2.1']) {
      expect(await lookUp(world.both, 'web', 'A', { server })).toEqual(['10.89.1.2'])
      expect(await lookUp(world.both, 'far.away', 'A', { server })).toEqual(['10.89.2.4'])
      expect(await lookUp(world.both, 'both', 'A', { server })).toEqual(['10.89.1.3', '10.89.2.3'])
    }
  })

  test('all addresses of a name come in turns, and for now', async () => {
    await using _gateway = await startNamed()
    const query = queryOf('shared', 'A')
    const answers = (await exchange(world.web, [query, query], { server: '10.89.1.1' })).map(parseAnswer)
    expect(new Set(answers.map(({ records }) => records[0]))).toEqual(new Set(['10.89.1.2', '10.89.1.3']))
    expect(answers.flatMap(({ ttls }) => ttls)).toEqual([0, 0, 0, 0])
  })

  test('names come and go with endpoints and with the process', async () => {
    await using gateway = await startNamed()
    const guest = await world.networks.run(() => {
      const child = process.getBuiltinModule('node:child_process').spawn('sleep', ['inf'])
      ;(globalThis as { guest?: unknown }).guest = child
      return child.pid ?? 0
    }, undefined)
    const request = 'member guest\naddress tspod1 10.89.1.9 - guest alias\n'
    expect(gateway.ask(request, `pid:${guest}`)).toBe('ok\n')
    expect(await lookUp(world.web, 'alias')).toEqual(['10.89.1.9'])
    expect(gateway.ask('member guest\naddress tspod1 10.89.1.10 - guest\n')).toBe('ok\n')
    expect(await lookUp(world.web, 'guest')).toEqual(['10.89.1.10'])
    expect(await lookUp(world.web, 'alias')).toEqual(['192.0.2.7'])
    expect(gateway.ask('member guest\nleave tspod1\n')).toBe('ok\n')
    expect(await lookUp(world.web, 'guest')).toEqual(['192.0.2.7'])
    expect(gateway.ask('member guest\naddress tspod1 10.89.1.10 - guest\n')).toBe('ok\n')
    await world.networks.run(
      () =>
        new Promise<void>((resolve) => {
          const { guest } = globalThis as unknown as { guest: import('node:child_process').ChildProcess }
          guest.once('exit', () => resolve())
          guest.kill('SIGKILL')
        }),
      undefined,
    )
    expect(await lookUp(world.web, 'guest')).toEqual(['192.0.2.7'])
    expect(gateway.ask('list')).not.toContain('member guest')
    expect(gateway.ask(request)).toMatch(/^failed 3 1\n$/)
  })

  test('an answer that is too long for UDP is cut, unless its asker takes more', async () => {
    await using gateway = await startNamed()
    const lines = Array.from({ length: 60 }, (_, index) => `address dev${index} 10.90.0.${index} - many\n`)
    const many = lines.map((line) => line.replace(/dev\d+/, 'tspod1'))
    for (const [index, line] of many.entries())
      expect(gateway.ask(`member m${index}\n${line}`, `pid:${world.web.pid}`)).toBe('ok\n')
    const answer = async (query: Buffer, tcp = false) => {
      const [bytes] = await exchange(world.web, [query], { server: '10.89.1.1', tcp })
      const { isCut, records } = parseAnswer(bytes ?? Buffer.alloc(12))
      return { isCut, count: records.length, size: bytes?.length }
    }
    expect(await answer(queryOf('many', 'A'))).toEqual({ isCut: true, count: 30, size: 502 })
    expect(await answer(queryOf('many', 'A', { ednsSize: 1232 }))).toMatchObject({ isCut: false, count: 60 })
    expect(await answer(queryOf('many', 'A'), true)).toMatchObject({ isCut: false, count: 60 })
  })
})

describe('what is not known is asked upstream', () => {
  test('and only its own answer is believed', async () => {
    await using _gateway = await startNamed()
    expect(await lookUp(world.web, 'forged.example')).toEqual(['192.0.2.7'])
    expect(await lookUp(world.web, 'some.example', 'A', { tcp: true })).toEqual(['192.0.2.7'])
  })

  test('of a network that has an upstream of its own it is that one', async () => {
    await using gateway = await startNamed('10.0.2.99')
    expect(gateway.ask('serve tspod1 10.89.1.1 fd00:1::1 10.0.2.3\n')).toBe('ok\n')
    expect(await lookUp(world.web, 'some.example')).toEqual(['192.0.2.7'])
  })

  test('of a member that has some of its own it is those, for itself alone', async () => {
    await using gateway = await startNamed('10.0.2.99')
    expect(gateway.ask('member b\nask 127.0.0.9 10.0.2.3\n')).toBe('ok\n')
    for (const tcp of [false, true]) {
      expect(await lookUp(world.both, 'some.example', 'A', { server: '10.89.1.1', tcp })).toEqual(['192.0.2.7'])
      expect(await lookUp(world.both, 'web', 'A', { server: '10.89.1.1', tcp })).toEqual(['10.89.1.2'])
    }
    expect(await lookUp(world.web, 'some.example')).toBe('rcode 2')
    expect(gateway.ask('list')).toContain('\nask 127.0.0.9 10.0.2.3\n')
    expect(gateway.ask('serve tspod1 10.89.1.1 fd00:1::1 -\nserve tspod2 10.89.2.1 fd00:2::1 -\n')).toBe('ok\n')
    expect(await lookUp(world.both, 'some.example', 'A', { server: '10.89.1.1' })).toBe('rcode 3')
    const tooMany = Array.from({ length: 17 }, () => '10.0.2.3').join(' ')
    for (const words of ['x', '-', '10.0.2.3 -', tooMany])
      expect(gateway.ask(`member b\nask ${words}\n`)).toBe('failed 22 2\n')
    expect(gateway.ask('member b\nask\n')).toBe('ok\n')
    expect(gateway.ask('list')).not.toContain('\nask ')
  })

  test('but not on an internal network, unless its asker is on another one', async () => {
    await using gateway = await startNamed()
    expect(gateway.ask('serve tspod1 10.89.1.1 fd00:1::1 -\n')).toBe('ok\n')
    expect(await lookUp(world.web, 'some.example')).toBe('rcode 3')
    expect(await lookUp(world.web, 'some.example', 'A', { tcp: true })).toBe('rcode 3')
    expect(await lookUp(world.web, 'both')).toEqual(['10.89.1.3'])
    expect(await lookUp(world.both, 'some.example')).toEqual(['192.0.2.7'])
    expect(gateway.ask('list')).toContain('serve tspod1 10.89.1.1 fd00:1::1 -\n')
  })

  test('the next one where the first does not listen, or is silent', async () => {
    await using gateway = await startNamed()
    expect(gateway.ask('serve tspod1 10.89.1.1 fd00:1::1 127.0.0.9 10.0.2.3\n')).toBe('ok\n')
    expect(await lookUp(world.web, 'some.example', 'A', { patienceMs: AT_ONCE_MS })).toEqual(['192.0.2.7'])
    expect(await lookUp(world.web, 'some.example', 'A', { patienceMs: AT_ONCE_MS, tcp: true })).toEqual(['192.0.2.7'])
    // Nobody answers there, and nobody says so.
    await world.networks.run(() => {
      const udp = process.getBuiltinModule('node:dgram').createSocket('udp4')
      return new Promise<void>((resolve) => udp.bind(53, '127.0.0.8', resolve))
    }, undefined)
    expect(gateway.ask('serve tspod1 10.89.1.1 fd00:1::1 127.0.0.8 10.0.2.3\n')).toBe('ok\n')
    expect(await lookUp(world.web, 'some.example')).toEqual(['192.0.2.7'])
  })

  test.for([
    ['there is none', '-'],
    ['it cannot be reached', '203.0.113.1'],
    ['it does not listen', '127.0.0.9'],
  ])('SERVFAIL at once where %s', async ([, upstream]) => {
    await using _gateway = await startNamed(upstream)
    expect(await lookUp(world.web, 'some.example', 'A', { patienceMs: AT_ONCE_MS })).toBe('rcode 2')
    expect(await lookUp(world.web, 'some.example', 'A', { patienceMs: AT_ONCE_MS, tcp: true })).toBe('rcode 2')
    expect(await lookUp(world.web, 'web', 'A', { patienceMs: AT_ONCE_MS })).toEqual(['10.89.1.2'])
  })

  test('SERVFAIL where it is silent, and nobody is held up by who asks too much', async () => {
    await using _gateway = await startNamed()
    const queries = Array.from({ length: 2000 }, (_, id) => queryOf('silent.example', 'A', { id }))
    const [answers, other] = await Promise.all([
      exchange(world.web, queries, { server: '10.89.1.1', patienceMs: 7000 }),
      lookUp(world.far, 'some.example', 'A', { server: '10.89.2.1', patienceMs: AT_ONCE_MS }),
    ])
    expect(other).toEqual(['192.0.2.7'])
    expect(answers.length).toBe(256)
    expect(answers.every((answer) => parseAnswer(answer).rcode === 2)).toBe(true)
  })
})

describe('hostile packets', () => {
  const patched = (at: number, value: number) => {
    const query = queryOf('web', 'A')
    query[at] = value
    return query
  }
  test.for([
    ['an answer', patched(2, 0x81), 'silence'],
    ['less than a header', queryOf('web', 'A').subarray(0, 11), 'silence'],
    ['no question', patched(5, 0), 1],
    ['two questions', patched(5, 2), 1],
    ['a question that is cut', queryOf('web', 'A').subarray(0, -1), 1],
    ['a name without end', queryOf('web', 'A').subarray(0, 15), 1],
    ['a label that is too long', patched(12, 64), 1],
    [
      'a pointer to itself',
      Buffer.concat([queryOf('web', 'A').subarray(0, 12), Buffer.from('c00c00010001', 'hex')]),
      1,
    ],
    ['records that are not there', patched(11, 1), 1],
    ['bytes after the end', Buffer.concat([queryOf('web', 'A'), Buffer.from('x')]), 1],
    ['another operation', patched(2, 0x28), 4],
    ['a name of 256 bytes', queryOf(`${'a'.repeat(62)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}`, 'A'), 1],
  ] as const)('%s', async ([, packet, expected]) => {
    await using _gateway = await startNamed()
    const tcp = packet.length > 12
    const answers = await exchange(world.web, [packet, queryOf('web', 'A', { id: 7 })], {
      server: '10.89.1.1',
      // That to the second comes after what there is to say of the first.
      answers: expected === 'silence' ? 1 : 2,
    })
    const rcodes = answers
      .filter((answer) => answer.readUInt16BE() === 0x1234)
      .map((answer) => parseAnswer(answer).rcode)
    expect(rcodes).toEqual(expected === 'silence' ? [] : [expected])
    expect(answers.some((answer) => answer.readUInt16BE() === 7)).toBe(true)
    if (tcp && expected !== 'silence')
      expect(
        (await exchange(world.web, [packet], { server: '10.89.1.1', tcp })).map((answer) => parseAnswer(answer).rcode),
      ).toEqual([expected])
  })

  test('a name with a dot in a label is none of ours', async () => {
    await using _gateway = await startNamed()
    const query = Buffer.from(queryOf('web-dns.podman', 'A').toString('latin1').replace('-', '.'), 'latin1')
    const [answer] = await exchange(world.web, [query], { server: '10.89.1.1' })
    expect(parseAnswer(answer ?? Buffer.alloc(12)).records).toEqual(['192.0.2.7'])
  })

  test('nothing that is sent ends it', async () => {
    await using gateway = await startNamed('-')
    const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array))
    const near = fc
      .tuple(
        fc.constantFrom(queryOf('web', 'A'), queryOf('far.away', 'ANY', { ednsSize: 900 })),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }),
      )
      .map(([query, changes]) => {
        const packet = Buffer.from(query)
        for (const [at, value] of changes) if (at < packet.length) packet[at] = value
        return packet
      })
    const packets = fc.sample(fc.oneof(bytes, near), { numRuns: 4000, seed: 1 })
    for (let from = 0; from < packets.length; from += 200)
      await exchange(world.web, [...packets.slice(from, from + 200), queryOf('web', 'A')], {
        server: '10.89.1.1',
        patienceMs: 20,
      })
    for (const packet of packets.slice(0, 100))
      await exchange(world.web, [packet], { server: '10.89.1.1', tcp: true, patienceMs: 2 })
    expect(await lookUp(world.web, 'web')).toEqual(['10.89.1.2'])
    expect(gateway.ask('list')).toMatch(/ok\n$/)
  })

  test('TCP clients that say nothing are let go, and hold nobody up', async () => {
    await using _gateway = await startNamed()
    const held = world.web.run(async () => {
      const { connect } = process.getBuiltinModule('node:net')
      const ends = Array.from({ length: 40 }, () => {
        const socket = connect(53, '10.89.1.1').on('error', () => {})
        return new Promise<void>((resolve) => socket.on('close', () => resolve()).resume())
      })
      await Promise.all(ends)
    }, undefined)
    expect(await lookUp(world.far, 'far', 'A', { server: '10.89.2.1', tcp: true })).toEqual(['10.89.2.4'])
    await held
  })

  test('nor does one that never stops to ask over TCP, and to read', async () => {
    await using _gateway = await startNamed()
    const message = queryOf('web', 'A')
    await world.web.run(
      (query) => {
        const own = globalThis as { flood?: import('node:child_process').ChildProcess }
        const script =
          'exec 3<>/dev/tcp/10.89.1.1/53; (read -rN 1 <&3; echo >&2; exec cat <&3 >/dev/null) & exec cat >&3'
        const flood = process.getBuiltinModule('node:child_process').spawn('bash', ['-c', script])
        own.flood = flood
        const block = Buffer.concat(Array<Buffer>(50_000).fill(Buffer.from(query, 'hex')))
        const more = () => void flood.stdin.write(block, (error) => !error && more())
        more()
        flood.stdin.on('error', () => {})
        return new Promise<void>((resolve) => flood.stderr.once('data', () => resolve()))
      },
      Buffer.concat([Buffer.from([0, message.length]), message]).toString('hex'),
    )
    for (let round = 0; round < 5; round++)
      expect(await lookUp(world.far, 'far', 'A', { server: '10.89.2.1', patienceMs: 2000 })).toEqual(['10.89.2.4'])
    await world.web.run(() => {
      const { flood } = globalThis as unknown as { flood: import('node:child_process').ChildProcess }
      flood.kill('SIGKILL')
    }, undefined)
  })

  test('nor does one with many addresses, over UDP or TCP', async () => {
    await using _gateway = await startNamed()
    const message = queryOf('silent.example', 'A').toString('hex')
    await world.web.run(async (message) => {
      const { connect } = process.getBuiltinModule('node:net')
      const query = Buffer.from(message, 'hex')
      for (let number = 101; number <= 108; number++) {
        const address = `10.89.1.${number}`
        const add = ['address', 'replace', `${address}/24`, 'dev', 'eth0']
        process.getBuiltinModule('node:child_process').execFileSync('ip', add)
        const udp = process.getBuiltinModule('node:dgram').createSocket('udp4')
        await new Promise<void>((resolve) => udp.bind(0, address, resolve))
        const send = () => new Promise<void>((resolve) => udp.send(query, 53, '10.89.1.1', () => resolve()))
        for (let count = 0; count < 256; count++) await send()
        const callers = Array.from({ length: 16 }, () =>
          connect({ port: 53, host: '10.89.1.1', localAddress: address }),
        )
        await Promise.all(
          callers.map((socket) => new Promise((resolve) => socket.on('error', resolve).on('connect', resolve))),
        )
      }
    }, message)
    const ask = { server: '10.89.2.1', patienceMs: AT_ONCE_MS }
    expect(await lookUp(world.far, 'some.example', 'A', ask)).toEqual(['192.0.2.7'])
    expect(await lookUp(world.far, 'far', 'A', { ...ask, tcp: true })).toEqual(['10.89.2.4'])
  })
})
