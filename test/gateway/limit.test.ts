import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Address, parseAddress } from '../../network/addresses/address.ts'
import { deleteLink } from '../../network/netlink/link.ts'
import { addAddress, deleteAddress, openRoute } from '../../network/netlink/route.ts'
import { deleteRuleOf } from '../../network/netlink/rule.ts'
import { exchange, lookUp, parseAnswer, queryOf } from './dns.ts'
import { type Gateway, makeWorld, type World } from './world.ts'

let world: World
const directory = mkdtempSync(join(tmpdir(), 'tspod-limit-'))
const log = join(directory, 'log')

/** The way to what is learned: web, whatever it does with it. */
const WAY: Address = { family: 4, value: 0x0a590102n }
const TABLE = 5000
const RULES = [
  'from 10.89.1.9 to 10.89.1.0/24 lookup main',
  `from 10.89.1.9 lookup ${TABLE}`,
  'from 10.89.1.9 lookup 998',
]

const shell = (script: string, of: World[keyof World & 'networks'] = world.networks): Promise<string> =>
  of.run((script) => {
    const { spawnSync } = process.getBuiltinModule('node:child_process')
    const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
    return stdout + stderr
  }, script)

beforeAll(async () => {
  world = await makeWorld('asan')
  await world.networks.run(startUpstream, undefined)
}, 120_000)
afterAll(async () => {
  await world?.end()
  rmSync(directory, { recursive: true })
})

/**
 * Answers a query at 10.0.2.3 by the hexadecimal records of `answer`, of which there are `count`; over TCP it says that it
 * is longer by `excess`, and has no more to say.
 */
function startUpstream(): Promise<void> {
  const own = globalThis as { answer?: string; count?: number; excess?: number }
  const answerTo = (query: Buffer): Buffer => {
    const answer = Buffer.concat([query, Buffer.from(own.answer ?? '', 'hex')])
    answer[2] = 0x81
    answer.writeUInt16BE(own.count ?? 0, 6)
    return answer
  }
  const udp = process.getBuiltinModule('node:dgram').createSocket('udp4')
  udp.on('message', (query, { port, address }) => udp.send(answerTo(query), port, address))
  const tcp = process.getBuiltinModule('node:net').createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (query) => {
        const answer = answerTo(query.subarray(2))
        const size = Math.max(0, Math.min(answer.length + (own.excess ?? 0), 0xffff))
        socket.end(Buffer.concat([Buffer.from([size >> 8, size & 255]), answer]))
      })
  })
  return new Promise((resolve) => tcp.listen(53, '10.0.2.3', () => udp.bind(53, '10.0.2.3', resolve)))
}

const answering = (records: readonly string[], count = records.length, excess = 0): Promise<void> =>
  world.networks.run((answer) => void Object.assign(globalThis, answer), { answer: records.join(''), count, excess })

const wire = (name: string): string =>
  [...name.split('.'), ''].map((label) => Buffer.from([label.length, ...Buffer.from(label)]).toString('hex')).join('')
const record = (owner: string, type: number, data: string): string =>
  `${owner}${type.toString(16).padStart(4, '0')}000100000000${(data.length / 2).toString(16).padStart(4, '0')}${data}`
const ASKED = 'c00c'
const four = (owner: string, ...bytes: number[]): string => record(owner, 1, Buffer.from(bytes).toString('hex'))

/** Of the n-th of pointers to each other, the first of which leads to the question, as the data of a first record. */
const FIRST_DATA = 12 + wire('example.org').length / 2 + 4 + 12
const pointerTo = (n: number): string => (0xc000 + (n ? FIRST_DATA + 2 * (n - 1) : 12)).toString(16)
const chain = (count: number): string => Array.from({ length: count }, (_, n) => pointerTo(n)).join('')

/** `far` is behind a link of its own, limited to what example.org and *.example.net turn out to be. */
async function startLimited(): Promise<Gateway> {
  writeFileSync(log, '')
  await shell(`
    ip route flush table ${TABLE}; while ip rule del iif vfar; do :; done
    ip link del vfar; ip link add vfar type veth peer name lim netns ${world.far.pid}; ip link set vfar up
    ip route replace 10.89.1.9/32 dev vfar src 10.89.1.1
    i=1500; for rule in "${RULES.join('" "')}"; do ip rule add iif vfar priority $i $rule; i=$((i+1)); done
    echo 1 >/proc/sys/net/ipv4/ip_forward`)
  await shell(
    `ip address add 10.89.1.9/32 dev lim; ip link set lim up; ip route replace 10.89.1.1 dev lim
    ip route replace default via 10.89.1.1`,
    world.far,
  )
  const gateway = await world.startGateway({ upstream: '10.0.2.3', limits: true })
  await shell('ip link set refused0 up; ip route replace default dev refused0 table 998')
  const { add, drop } = openRoute(WAY, { table: TABLE })
  const lines = [
    'member f',
    'address tspod1 10.89.1.9 - far',
    `limit tspod1 vfar ${deleteLink('vfar').toString('hex')} ${deleteRuleOf('vfar', 4).toString('hex')}`,
    `allow tspod1 ${add.toString('hex')} ${drop.toString('hex')} example.org *.example.net`,
    'serve vfar 10.89.1.1 -',
  ]
  expect(gateway.ask(`${lines.join('\n')}\n`, `pid:${world.far.pid}`, `file:${log}`)).toBe('ok\n')
  expect(gateway.ask('member w\naddress tspod1 10.89.1.2 - web\n', `pid:${world.web.pid}`)).toBe('ok\n')
  return gateway
}

async function learned(): Promise<string[]> {
  const lines = (await shell(`ip route show table ${TABLE}`)).split('\n')
  return lines.flatMap((line) => /^(\d+\.\d+\.\d+\.\d+) /.exec(line)?.[1] ?? []).sort()
}

const logged = (): string[] =>
  readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ').slice(1).join(' '))

test('peers and allowed names alone are told; what an answer says of the name becomes a way', async () => {
  await using _gateway = await startLimited()
  await answering([four(ASKED, 192, 0, 2, 7)])
  expect(await lookUp(world.far, 'web')).toEqual(['10.89.1.2'])
  expect(await lookUp(world.far, 'other.example')).toBe('rcode 3')
  expect(await lookUp(world.far, 'notexample.net')).toBe('rcode 3')
  expect(await lookUp(world.far, 'other.example', 'A', { tcp: true })).toBe('rcode 3')
  expect(await learned()).toEqual([])
  expect(await lookUp(world.far, 'Example.org')).toEqual(['192.0.2.7'])
  expect(await learned()).toEqual(['192.0.2.7'])
  await answering([four(ASKED, 192, 0, 2, 8)])
  expect(await lookUp(world.far, 'a.b.example.net')).toEqual(['192.0.2.8'])
  expect(await learned()).toEqual(['192.0.2.7', '192.0.2.8'])
  // Who is not limited asks for what he likes, and learns nothing for others.
  await answering([four(ASKED, 192, 0, 2, 9)])
  expect(await lookUp(world.web, 'example.org', 'A', { server: '10.89.2.1', patienceMs: 1 })).toBe('silence')
  expect(logged()).toEqual(['name other.example 0', 'name notexample.net 0', 'name other.example 0'])
})

// biome-ignore format: a table
test.for([
  ['another name, and what that one is', [record(ASKED, 5, wire('cdn.example')), four(wire('CDN.example'), 192, 0, 2, 1)], ['192.0.2.1']],
  ['in another order', [four(wire('cdn.example'), 192, 0, 2, 1), record(ASKED, 5, wire('cdn.example'))], ['192.0.2.1']],
  ['what was not asked for', [four(wire('victim.example'), 192, 0, 2, 1)], []],
  ['names in a circle', [record(ASKED, 5, ASKED), record(ASKED, 5, wire('example.org'))], []],
  ['addresses that are nobody’s outside', [four(ASKED, 127, 0, 0, 1), four(ASKED, 169, 254, 219, 2), four(ASKED, 0, 0, 0, 0), four(ASKED, 224, 0, 0, 1), four(ASKED, 255, 255, 255, 255)], []],
  ['an address of another size', [record(ASKED, 1, 'c00002'), record(ASKED, 1, 'c000020100')], []],
  ['a pointer to itself', [four('c01d', 192, 0, 2, 1)], []],
  ['a pointer ahead', [four('c0ff', 192, 0, 2, 1)], []],
  ['pointers without end', [record(ASKED, 16, chain(200)), four(pointerTo(200), 192, 0, 2, 1)], []],
  ['as many pointers as may be', [record(ASKED, 16, chain(100)), four(pointerTo(100), 192, 0, 2, 1)], ['192.0.2.1']],
  ['a record that is cut', [four(ASKED, 192, 0, 2, 1).slice(0, -2)], []],
  ['a dot in a label', [four('0b6578616d706c652e6f726700', 192, 0, 2, 1)], []],
] as const)('an answer with %s', async ([, records, expected]) => {
  await using gateway = await startLimited()
  await answering(records)
  await exchange(world.far, [queryOf('example.org', 'A')], { server: '10.89.1.1' })
  expect(await learned()).toEqual(expected)
  expect(gateway.ask('list')).toContain(`allow tspod1 ${expected.length} example.org *.example.net\n`)
})

test('of very many addresses the latest stay', async () => {
  await using _gateway = await startLimited()
  for (let from = 0; from < 600; from += 50) {
    await answering(Array.from({ length: 50 }, (_, at) => four(ASKED, 192, 0, (from + at) >> 8, (from + at) & 255)))
    await exchange(world.far, [queryOf('example.org', 'A')], { server: '10.89.1.1' })
  }
  const ways = await learned()
  expect(ways.length).toBe(512)
  expect(ways).toContain('192.0.2.87')
  expect(ways).not.toContain('192.0.0.87')
})

test('what is refused is answered and written down, so much a second; nothing is left when it goes', async () => {
  const gateway = await startLimited()
  await answering([four(ASKED, 192, 0, 2, 7)])
  await lookUp(world.far, 'example.org')
  const refusals = await world.far.run(async (count) => {
    const { connect } = process.getBuiltinModule('node:net')
    const codes = Array.from(
      { length: count },
      (_, index) =>
        new Promise<string>((resolve) =>
          connect(1000 + index, '203.0.113.9').on('error', (error) =>
            resolve((error as NodeJS.ErrnoException).code ?? ''),
          ),
        ),
    )
    return [...new Set(await Promise.all(codes))]
  }, 100)
  expect(refusals).toEqual(['EHOSTUNREACH'])
  expect(logged().length).toBeGreaterThanOrEqual(20)
  expect(logged().length).toBeLessThanOrEqual(60)
  expect(logged()).toContain('tcp 203.0.113.9 1000')
  expect(gateway.ask('member f\nleave tspod1\n')).toBe('ok\n')
  expect(await learned()).toEqual([])
  expect(await shell('ip rule; ip link')).not.toMatch(/vfar/)
  expect(gateway.ask('list')).not.toContain('vfar')
  await gateway[Symbol.asyncDispose]()
  expect((await gateway.ended).stderr).toBe('')
})

test('the log is cut to its end where it becomes large', async () => {
  await using _gateway = await startLimited()
  writeFileSync(log, '1 tcp 192.0.2.1 1\n'.repeat(20_000))
  expect(await lookUp(world.far, 'other.example')).toBe('rcode 3')
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  expect(lines.length).toBeLessThan(4000)
  expect(lines[0]).toBe('1 tcp 192.0.2.1 1')
  expect(lines.at(-1)).toMatch(/^\d{13} name other\.example 0$/)
})

test.for([false, true])('no answer of upstream ends it, over TCP: %j', async (tcp) => {
  await using gateway = await startLimited()
  const bytes = fc.oneof(
    fc.constantFrom(ASKED, 'c0', '00', '0001', '0005', '00010000000000', '0004', wire('example.org')),
    fc.stringMatching(/^([0-9a-f]{2}){0,40}$/),
  )
  const excesses = fc.oneof(fc.constantFrom(0, 1, -1, 0xffff, -0xffff), fc.integer({ min: -100, max: 100 }))
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 20 }), fc.nat(0xffff), excesses, async (parts, count, excess) => {
      await answering(parts, count, excess)
      const heard = await exchange(world.far, [queryOf('example.org', 'A')], { server: '10.89.1.1', tcp })
      expect(heard.length).toBe(1)
    }),
    { numRuns: 200, seed: 1 },
  )
  await answering([four(ASKED, 192, 0, 2, 77)])
  const [answer] = await exchange(world.far, [queryOf('example.org', 'A')], { server: '10.89.1.1' })
  expect(parseAnswer(answer ?? Buffer.alloc(12)).records).toEqual(['192.0.2.77'])
  expect(await learned()).toContain('192.0.2.77')
  expect(gateway.ask('list')).toContain('ok\n')
})

test.for([
  ['a link that is none', 'limit tspod1 v1234567890abcdef 00 00', ['file'], 'failed 22 3'],
  ['messages that are none', 'limit tspod1 vfar 00 zz', ['file'], 'failed 22 3'],
  ['no file', 'limit tspod1 vfar 00 00', [], 'failed 3 1'],
  [
    'a name that is none',
    `allow tspod1 ${'10000000'.padEnd(32, '0')} ${'10000000'.padEnd(32, '0')} a..b`,
    [],
    'failed 22 3',
  ],
] as const)('a limit with %s is refused', async ([, line, handles, expected]) => {
  await using gateway = await world.startGateway({ limits: true })
  const request = `member f\naddress tspod1 10.89.1.9 - far\n${line}\n`
  const files = handles.map(() => `file:${log}`)
  expect(gateway.ask(request, `pid:${world.far.pid}`, ...files)).toBe(`${expected}\n`)
  expect(gateway.ask('list')).toBe('connections 0\npeers 0\nok\n')
})

test('an address of an endpoint is on a link as long as it is one, whoever had it before', async () => {
  await using gateway = await world.startGateway({ limits: true })
  await shell('ip link del way0; ip link add way0 type veth peer name way1; ip link set way0 up')
  const six = parseAddress('fd00:1::2') ?? expect.fail()
  const messages = [addAddress(0, six, 128, { bare: true }), deleteAddress(0, six, 128)].map((bytes) =>
    bytes.toString('hex'),
  )
  const lines = (link: string) => `address tspod1 10.89.1.2 fd00:1::2 web\nreach tspod1 ${link} ${messages.join(' ')}\n`
  const known = async () => (await shell('ip -6 -o address show dev way0')).includes('fd00:1::2/128')
  const request = `member w\n${lines('way0')}`
  expect(gateway.ask(request, `pid:${world.web.pid}`)).toBe('ok\n')
  expect(await known()).toBe(true)
  expect(gateway.ask('list')).toContain('\nreach tspod1 way0\n')
  // Told again, also of a link that is another one now, or none.
  expect(gateway.ask(request)).toBe('ok\n')
  expect(await known()).toBe(true)
  await shell('ip link del way0; ip link add way0 type veth peer name way1; ip link set way0 up')
  expect(gateway.ask(`member w\nreach tspod1 way0 ${messages.join(' ')}\n`)).toBe('ok\n')
  expect(await known()).toBe(true)
  expect(gateway.ask('member w\nleave tspod1\n')).toBe('ok\n')
  expect(await known()).toBe(false)
  expect(gateway.ask(`member w\n${lines('nowhere')}`)).toBe('ok\n')
  for (const words of ['tspod1 way0', 'tspod1 way0 00 00', `tspod1 ${'x'.repeat(16)} ${messages.join(' ')}`])
    expect(gateway.ask(`member w\nreach ${words}\n`), words).toBe('failed 22 2\n')
})
