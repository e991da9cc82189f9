import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { hostAddress } from '../../network/host-address.ts'
import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

const PATIENCE = { interval: 50 }

/** A container with a web server of its name; the port of the host that leads to it. */
async function serving(tspod: Tspod, name: string, ...options: string[]): Promise<number> {
  const started = await tspod('run', '-dq', '--name', name, '-p', '80', ...options, 'alpine', 'sleep', 'inf')
  expect(started).toMatchObject({ exitCode: 0, stderr: '' })
  const serve = `mkdir /www; echo ${name} >/www/index.html; httpd -h /www -p 80`
  expect(await tspod('exec', name, 'sh', '-c', serve)).toMatchObject({ exitCode: 0 })
  return Number((await tspod('port', name, '80/tcp')).stdout.trim().split(':').at(-1))
}

const published = (port: number): Promise<string> =>
  new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', timeout: 2000, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    })
    request.on('timeout', () => request.destroy(new Error('late')))
    request.on('error', (error) => resolve(error.message))
  })

/** That of slirp4netns or pasta, and that of the gateway on the loopback. Source: proc_pid_net(5) */
const EVERYWHERE = ['00000000', '0100007F']

/** Where the UDP port of `web` is listened on. */
async function udpListeners(tspod: Tspod): Promise<() => string[]> {
  const port = (await tspod('port', 'web', '99/udp')).stdout.trim().split(':').at(-1)
  const words = new RegExp(`: (\\w{8}):${Number(port).toString(16).toUpperCase().padStart(4, '0')} 0`, 'g')
  return () => [...readFileSync('/proc/net/udp', 'latin1').matchAll(words)].map(([, at = '']) => at).sort()
}

const fetched = async (tspod: Tspod, from: string, host: string): Promise<string> =>
  (await tspod('exec', from, 'timeout', '2', 'wget', '-qO-', `http://${host}/`)).stdout

/** Processes whose name begins so. */
function named(name: string): number[] {
  const found = readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && quietly(() => readFileSync(`/proc/${pid}/comm`, 'latin1')).startsWith(name),
  )
  return found.map(Number)
}

/** Those that write to a log of this root. */
function writing(tspod: Tspod, name: string, log: RegExp): number[] {
  const logOf = (pid: number) => quietly(() => readlinkSync(`/proc/${pid}/fd/2`))
  return named(name).filter((pid) => logOf(pid).startsWith(tspod.runroot) && log.test(logOf(pid)))
}

/** Those of pasta that have this namespace open; in the background it writes to no log. It is called passt.avx2 in there. */
function pastasOf(namespace: string): number[] {
  const links = (pid: number) => readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
  return named('pas').filter((pid) =>
    quietly(() => links(pid).join('\n'))
      .split('\n')
      .includes(namespace),
  )
}

function kill(pids: readonly number[]): void {
  expect(pids).toHaveLength(1)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}

/** Source: proc_pid_stat(5), field 4 */
const parentOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/.*\) /s, '').split(' ')[1])

function quietly(look: () => string): string {
  try {
    return look()
  } catch {
    return '' // it has ended
  }
}

const mends = async (tspod: Tspod): Promise<string[]> => {
  const told = [
    '--since',
    '5m',
    '--until',
    '0s',
    '--filter',
    'event=network_mended',
    '--format',
    '{{.Attributes.lost}}',
  ]
  return (await tspod('events', ...told)).stdout.split('\n').filter(Boolean)
}

test.for([['slirp4netns'], ['pasta']] as const)(
  '%s and the gateway of ports come back as often as they are killed',
  async ([network], { tspod }) => {
    const port = await serving(tspod, 'web', `--network=${network}`, '-p', '0.0.0.0::99/udp')
    const udp = await udpListeners(tspod)
    const way = async () => (await tspod('exec', 'web', 'ip', '-4', 'route', 'show', 'default')).stdout
    const before = await way()
    expect(before).toMatch(/^default /)
    const namespace = (await tspod('exec', 'web', 'readlink', '/proc/self/ns/net')).stdout.trim()
    const own = (name: string): number[] => {
      if (name === 'pasta') return pastasOf(namespace)
      return writing(tspod, name, name === 'gateway' ? /containers.*gateway.log$/ : /containers.*network.log$/)
    }
    const keeperOf = (name: string): number[] => own(name).map(parentOf).map(parentOf)
    for (const victim of [
      () => own(network),
      () => own('gateway'),
      // Now launchers that stand beside the monitor keep them.
      () => own(network),
      () => keeperOf('gateway'),
    ]) {
      const count = (await mends(tspod)).length
      kill(victim())
      await expect.poll(async () => (await mends(tspod)).length, PATIENCE).toBe(count + 1)
      await expect.poll(way, PATIENCE).toBe(before)
      await expect.poll(() => published(port), PATIENCE).toBe('web\n')
      await expect.poll(udp, PATIENCE).toEqual(EVERYWHERE)
    }
    expect(await mends(tspod)).toEqual(['helper', 'gateway', 'helper', 'gateway'])
    expect((await tspod('inspect', '-f', '{{.State.Status}} {{.State.Error}}', 'web')).stdout).toBe('running \n')
    await tspod('rm', '-f', '-t', '0', 'web')
    await expect.poll(() => [...own(network), ...own('gateway')], PATIENCE).toEqual([])
  },
)

test('named networks come back with the same addresses, names and ports, whoever of theirs is killed', async ({
  tspod,
}) => {
  const server = createServer((_, response) => response.end('host\n')).listen(0)
  try {
    const host = `${hostAddress()}:${(server.address() as AddressInfo).port}`
    await tspod('network', 'create', 'front')
    await tspod('network', 'create', 'back')
    const port = await serving(tspod, 'web', '--network=front', '--network=back', '-p', '0.0.0.0::99/udp')
    const udp = await udpListeners(tspod)
    await tspod('run', '-dq', '--name', 'client', '--network=back', 'alpine', 'sleep', 'inf')
    const addresses = async () =>
      (await tspod('inspect', '-f', '{{json .NetworkSettings.Networks}}', 'web', 'client')).stdout
    const seen = async () => (await tspod('exec', 'web', 'ip', '-4', '-o', 'addr', 'show')).stdout.match(/inet \S+/g)
    const [before, inside] = [await addresses(), await seen()]
    const record = (): string[] => {
      const name = readFileSync(join(tspod.runroot, 'networks/current'), 'utf8').trim()
      return readFileSync(join(tspod.runroot, 'networks', name, 'record'), 'utf8').split(' ')
    }
    // biome-ignore format: a table
    const victims: readonly [who: string, pids: () => number[]][] = [
      ['uplink',  () => writing(tspod, 'slirp4netns', /networks.*network.log$/)],
      ['gateway', () => [Number(record()[1])]],
      ['monitor', () => [Number(record()[3])]],
      ['uplink',  () => writing(tspod, 'slirp4netns', /networks.*network.log$/)],
    ]
    for (const [who, pids] of victims) {
      kill(pids())
      await expect.poll(() => fetched(tspod, 'client', 'web'), { ...PATIENCE, message: who }).toBe('web\n')
      await expect.poll(() => fetched(tspod, 'client', host), { ...PATIENCE, message: who }).toBe('host\n')
      await expect.poll(() => published(port), { ...PATIENCE, message: who }).toBe('web\n')
      await expect.poll(udp, { ...PATIENCE, message: who }).toEqual(EVERYWHERE)
      expect(await addresses()).toBe(before)
      expect(await seen()).toEqual(inside)
    }
  } finally {
    server.close()
  }
})

test('a helper that ends again and again is given up, said so, and comes back by network reload', async ({
  tspod,
  directory,
}) => {
  const [broken, helpers, conf] = ['broken', 'helpers', 'containers.conf'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(helpers)
  const script = `#!/bin/sh\n[ ! -e ${broken} ] || exit 1\nexec /usr/bin/slirp4netns "$@"\n`
  writeFileSync(join(helpers, 'slirp4netns'), script, { mode: 0o755 })
  writeFileSync(conf, `[engine]\nhelper_binaries_dir = ["${helpers}"]\n`)
  const env = { CONTAINERS_CONF: conf }
  const ran = await tspod.with(
    { env },
    'run',
    '-dq',
    '--name',
    'web',
    '--network=slirp4netns',
    'alpine',
    'sleep',
    'inf',
  )
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
  const id = ran.stdout.trim()
  writeFileSync(broken, '')
  kill(writing(tspod, 'slirp4netns', /network.log$/))
  const said = async () => (await tspod('inspect', '-f', '{{.State.Status}} {{.State.Error}}', 'web')).stdout
  await expect.poll(said, PATIENCE).toMatch(/^running the helper of the network has ended, and is not started again: /)
  expect(await tspod('network', 'reload', 'web')).toMatchObject({ exitCode: 125, stdout: '' })
  rmSync(broken)
  expect(await tspod('network', 'reload', 'web')).toEqual({ exitCode: 0, stdout: `${id}\n`, stderr: '' })
  expect(await said()).toBe('running \n')
  expect((await tspod('exec', 'web', 'ip', 'addr', 'show', 'tap0')).stdout).toContain('10.0.2.100')
})

test('a container comes into named networks whose uplink was given up: it has it started anew', async ({ tspod }) => {
  await tspod('network', 'create', 'net')
  await tspod('run', '-dq', '--name', 'web', '--network=net', 'alpine', 'sleep', 'inf')
  const said = async (): Promise<string[]> => {
    const filters = ['--filter', 'event=mended', '--filter', 'event=lost']
    return (await tspod('events', '--stream=false', '--format', '{{.Status}}', ...filters)).stdout.split('\n')
  }
  for (const word of [...Array<string>(5).fill('mended'), 'lost']) {
    const before = (await said()).length
    kill(writing(tspod, 'slirp4netns', /networks.*network.log$/))
    await expect.poll(async () => (await said()).slice(before - 1), PATIENCE).toEqual([word, ''])
  }
  expect(await tspod('run', '--rm', '--network=net', 'alpine', 'true')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  expect(writing(tspod, 'slirp4netns', /networks.*network.log$/)).toHaveLength(1)
})
