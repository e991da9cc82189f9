import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChild } from '../../base/child.ts'
import { PARTS } from '../support/tspod.ts'
import { makeWorld, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await makeWorld('asan')
}, 120_000)
afterAll(() => world?.end())

const FORWARD = 'forward a 10.89.1.2 - 80 10.89.1.1 - -'

test('a list says all there is, in the words of requests', async () => {
  await using gateway = await world.startGateway()
  const request = [
    'member w',
    'address tspod1 10.89.1.2 fd00:1::2 web www',
    'address tspod2 10.89.2.2 -',
    'forward tcp80 10.89.1.2 - 80 10.89.1.1 - 10.89.0.0/16',
    'serve tspod1 10.89.1.1 fd00:1::1 1.1.1.1 2606:4700::1111',
    '',
  ].join('\n')
  expect(gateway.ask(request, `pid:${world.web.pid}`, 'listen:8080')).toBe('ok\n')
  expect(gateway.ask('list')).toBe(`${request.trim()}\nconnections 0\npeers 0\nok\n`)
  expect(gateway.ask('member w\nleave tspod2\nunforward tcp80\nunserve tspod1')).toBe('ok\n')
  expect(gateway.ask('list\n')).toBe(
    'member w\naddress tspod1 10.89.1.2 fd00:1::2 web www\nconnections 0\npeers 0\nok\n',
  )
})

test('a member that runs may be named again with its process', async () => {
  await using gateway = await world.startGateway()
  expect(gateway.ask('member w\naddress tspod1 10.89.1.2 - a\n', `pid:${world.web.pid}`)).toBe('ok\n')
  expect(gateway.ask('member w\naddress tspod2 10.89.2.2 - b\n', `pid:${world.web.pid}`)).toBe('ok\n')
  expect(
    gateway
      .ask('list')
      .split('\n')
      .filter((line) => line.startsWith('member')),
  ).toEqual(['member w'])
})

test.for([
  ['nothing but a line', '\n', [], 'failed 22 1'],
  ['an unknown verb', 'member w\nhello\n', ['pid'], 'failed 22 2'],
  ['a verb that needs a member', 'address tspod1 10.89.1.2 - a\n', [], 'failed 22 1'],
  ['a new member without a process', 'member w\n', [], 'failed 3 1'],
  ['a process that is none', 'member w\n', ['null'], 'failed 1 1'],
  ['an id that is too long', `member ${'w'.repeat(65)}\n`, ['pid'], 'failed 22 1'],
  ['two members', 'member w\nmember v\n', ['pid'], 'failed 22 2'],
  ['a device that is too long', 'member w\naddress tspod1234567890x 10.89.1.2 - a\n', ['pid'], 'failed 22 2'],
  ['no address', 'member w\naddress tspod1 10.89.1 - a\n', ['pid'], 'failed 22 2'],
  ['addresses in the wrong order', 'member w\naddress tspod1 fd00::1 10.89.1.2 a\n', ['pid'], 'failed 22 2'],
  ['a name that is none', 'member w\naddress tspod1 10.89.1.2 - a..b\n', ['pid'], 'failed 22 2'],
  [
    'a name that is too long',
    `member w\naddress tspod1 10.89.1.2 - ${'abcdefg.'.repeat(32)}a\n`,
    ['pid'],
    'failed 22 2',
  ],
  ['too many names', `member w\naddress tspod1 10.89.1.2 -${' a'.repeat(65)}\n`, ['pid'], 'failed 22 2'],
  ['a forward without its socket', `member w\n${FORWARD}\n`, ['pid'], 'failed 3 1'],
  ['a forward of what does not listen', `member w\n${FORWARD}\n`, ['pid', 'null'], 'failed 1 2'],
  ['a port of 0', `member w\n${FORWARD.replace(' 80 ', ' 0 ')}\n`, ['pid', 'listen:8080'], 'failed 22 2'],
  [
    'a port that is too large',
    `member w\n${FORWARD.replace(' 80 ', ' 65536 ')}\n`,
    ['pid', 'listen:8080'],
    'failed 22 2',
  ],
  [
    'a prefix that is none',
    `member w\n${FORWARD.replace(/-$/, '10.0.0.0/33')}\n`,
    ['pid', 'listen:8080'],
    'failed 22 2',
  ],
  ['more descriptors than lines', 'member w\n', ['pid', 'null'], 'failed 9 1'],
  ['a bridge that is not there', 'member w\nserve none 10.89.1.1 -\n', ['pid'], 'failed 19 2'],
  ['a resolver without address', 'member w\nserve tspod1 - -\n', ['pid'], 'failed 22 2'],
  ['a bridge twice', 'member w\nserve tspod1 10.89.1.1 -\nunserve tspod1\n', ['pid'], 'failed 22 3'],
  ['something after it has left', 'member w\nleave\nunserve tspod1\n', ['pid'], 'failed 22 3'],
  ['a NUL', 'member w\0\n', ['pid'], 'failed 90 0'],
  ['more than 64 KiB', `member w\n${' '.repeat(70_000)}`, ['pid'], 'failed 90 0'],
  [
    'a wrong line behind good ones',
    `member w\naddress tspod1 10.89.1.2 - a\nserve tspod1 10.89.1.1 -\n${FORWARD}\nwhat\n`,
    ['pid', 'listen:8080'],
    'failed 22 5',
  ],
] as const)('%s is refused, and nothing of it is kept', async ([, request, handles, answer]) => {
  await using gateway = await world.startGateway()
  const named = handles.map((handle) => (handle === 'pid' ? `pid:${world.web.pid}` : handle))
  expect(gateway.ask(request, ...named)).toBe(`${answer}\n`)
  expect(gateway.ask('list')).toBe('connections 0\npeers 0\nok\n')
  expect(gateway.ask('member w\nserve tspod1 10.89.1.1 -\n', `pid:${world.web.pid}`)).toBe('ok\n')
})

test('failed requests leave no descriptor behind, nor do clients', async () => {
  await using gateway = await world.startGateway()
  runChild('prlimit', ['--pid', `${gateway.pid}`, '--nofile=20:20'])
  const handles = [`pid:${world.web.pid}`, 'listen:8080']
  for (let round = 0; round < 30; round++)
    expect(gateway.ask(`member w\n${FORWARD}\nwhat\n`, ...handles)).toBe('failed 22 3\n')
  expect(gateway.ask(`member w\n${FORWARD}\n`, ...handles)).toBe('ok\n')
})

test('no request ends it', async () => {
  await using gateway = await world.startGateway()
  const word = fc.constantFrom(
    'member',
    'address',
    'serve',
    'unserve',
    'forward',
    'leave',
    'unforward',
    'retarget',
    'list',
    'w',
    'tspod1',
    '10.89.1.1',
    '-',
    'fd00::1',
    '80',
    'auto',
    '',
  )
  const line = fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 9 }).map((words) => words.join(' '))
  const requests = fc.sample(fc.array(line, { minLength: 1, maxLength: 5 }), { numRuns: 200, seed: 1 })
  for (const lines of requests)
    expect(gateway.ask(`member w\n${lines.join('\n')}x`, `pid:${world.web.pid}`)).toMatch(/^(ok|failed \d+ \d+)\n$/)
}, 30_000)

test.for([
  [false, '0000000000002400'],
  [true, '0000000000003400'],
] as const)('the built one takes little memory, and has few rights, with limits: %j', async ([limits, rights]) => {
  await using gateway = await world.startGateway({ program: join(PARTS, 'gateway'), limits })
  expect(
    gateway.ask('member w\nserve tspod1 10.89.1.1 -\naddress tspod1 10.89.1.2 - a\n', `pid:${world.web.pid}`),
  ).toBe('ok\n')
  const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8')
  expect(Number(/RssAnon:\s*(\d+) kB/.exec(status)?.[1])).toBeLessThanOrEqual(150)
  // Nor files, programs or namespaces: confine.c
  expect(status).toMatch(/^NoNewPrivs:\t1\nSeccomp:\t2$/m)
  expect(/CapPrm:\t(.*)/.exec(status)?.[1]).toBe(rights)
})
