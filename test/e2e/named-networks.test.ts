import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { hostAddress } from '../../network/host-address.ts'
import { expect, test } from '../support/fixtures.ts'
import { serveNames } from '../support/serve-names.ts'
import type { Tspod } from '../support/tspod.ts'

/** A container that waits, and one whose web server answers with its name from when this resolves. */
async function waiting(tspod: Tspod, name: string, ...options: string[]): Promise<void> {
  const { exitCode, stderr } = await tspod('run', '-dq', '--name', name, ...options, 'alpine', 'sleep', 'infinity')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
}
async function serving(tspod: Tspod, name: string, ...options: string[]): Promise<void> {
  await waiting(tspod, name, ...options)
  const serve = `mkdir /www; echo ${name} >/www/index.html; httpd -h /www -p 80`
  expect(await tspod('exec', name, 'sh', '-c', serve)).toMatchObject({ exitCode: 0 })
}
const fetched = async (tspod: Tspod, from: string, host: string): Promise<string> =>
  (await tspod('exec', from, 'timeout', '5', 'wget', '-qO-', `http://${host}/`)).stdout
const addressOf = async (tspod: Tspod, name: string, network: string): Promise<string> =>
  (await tspod('inspect', '-f', `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, name)).stdout.trim()

test('containers of a network find each other by name, alias and short id, as long as they run', async ({ tspod }) => {
  await tspod('network', 'create', 'net')
  await waiting(tspod, 'client', '--network=net')
  await serving(tspod, 'web', '--network=net', '--network-alias=www')
  const id = (await tspod('inspect', '-f', '{{.Id}}', 'web')).stdout.slice(0, 12)
  for (const name of ['web', 'WWW', id, 'web.dns.podman']) expect(await fetched(tspod, 'client', name)).toBe('web\n')
  // With the suffix nobody else is asked, so that the answer comes at once.
  const looked = async () => (await tspod('exec', 'client', 'nslookup', 'web.dns.podman')).stdout
  expect(await looked()).toContain(await addressOf(tspod, 'web', 'net'))
  expect((await tspod('exec', 'web', 'cat', '/etc/hosts')).stdout).toContain(
    `${await addressOf(tspod, 'web', 'net')}\t${id} web\n`,
  )
  await tspod('kill', 'web')
  await tspod('wait', 'web')
  expect(await looked()).not.toMatch(/Name:/)
  await tspod('start', 'web')
  expect(await looked()).toContain(await addressOf(tspod, 'web', 'net'))
})

test('--dns: whom the gateway asks for what neighbours do not know, also after the container has been connected elsewhere', async ({
  tspod,
}) => {
  await tspod('network', 'create', '--subnet=10.203.7.0/24', 'net')
  await tspod('network', 'create', '--disable-dns', '--subnet=10.203.8.0/24', 'mute')
  await serving(tspod, 'web', '--network=net:ip=10.203.7.7')
  await waiting(tspod, 'own', '--network=net:ip=10.203.7.8')
  await waiting(tspod, 'theirs', '--network=net:ip=10.203.7.9')
  using _own = await serveNames(tspod, 'own', '192.0.2.8')
  using _theirs = await serveNames(tspod, 'theirs', '192.0.2.9')
  const dns = ['--dns=10.203.7.8', '--dns-search=a.example', '--dns-option=ndots:2']
  await waiting(tspod, 'client', '--network=net', ...dns)
  await waiting(tspod, 'other', '--network=net', '--dns=10.203.7.9')
  await waiting(tspod, 'silent', '--network=mute', ...dns)
  const resolver = async (container: string) => (await tspod('exec', container, 'cat', '/etc/resolv.conf')).stdout
  const looked = async (container: string, name: string) =>
    /Name:.*\nAddress: (\S+)/.exec((await tspod('exec', container, 'nslookup', '-type=a', name)).stdout)?.[1]
  for (const after of ['start', 'restart', 'reload', 'connect', 'disconnect', 'connect again']) {
    if (after === 'restart') await tspod('restart', '-t=0', 'client')
    if (after === 'reload') await tspod('network', 'reload', 'client')
    if (after === 'connect') await tspod('network', 'connect', 'mute', 'client')
    if (after === 'disconnect') await tspod('network', 'disconnect', 'net', 'client')
    if (after === 'connect again') await tspod('network', 'connect', 'net', 'client')
    const nameserver = after === 'disconnect' ? '10.203.7.8' : '10.203.7.1'
    expect(await resolver('client'), after).toBe(`search a.example\noptions ndots:2\nnameserver ${nameserver}\n`)
    if (after === 'disconnect') continue
    expect(await looked('client', 'web.'), after).toBe('10.203.7.7')
    expect(await looked('client', 'some.example.org.'), after).toBe('192.0.2.8')
  }
  expect(await looked('other', 'web.')).toBe('10.203.7.7')
  expect(await looked('other', 'some.example.org.')).toBe('192.0.2.9')
  expect(await resolver('silent')).toMatch(/^nameserver 10\.203\.7\.8$/m)
})

test('networks do not see each other; a container in two reaches both, and an internal one leads nowhere', async ({
  tspod,
}) => {
  const server = createServer((_, response) => response.end('host\n')).listen(0)
  try {
    const host = `${hostAddress()}:${(server.address() as AddressInfo).port}`
    await tspod('network', 'create', 'front')
    await tspod('network', 'create', '--internal', 'back')
    await serving(tspod, 'db', '--network=back')
    await serving(tspod, 'both', '--network=front', '--network=back')
    await waiting(tspod, 'client', '--network=front')
    expect(await fetched(tspod, 'both', 'db')).toBe('db\n')
    expect(await fetched(tspod, 'db', 'both')).toBe('both\n')
    expect(await fetched(tspod, 'client', 'both')).toBe('both\n')
    expect(await fetched(tspod, 'client', 'db')).toBe('')
    const address = await addressOf(tspod, 'db', 'back')
    const tried = await tspod('exec', 'client', 'nc', '-w', '5', address, '80')
    // at once, and not by the host, which may know somebody of that address
    expect(tried.stderr).toContain('No route to host')
    expect(await fetched(tspod, 'client', host)).toBe('host\n')
    expect(await fetched(tspod, 'client', host.replace(/^[^:]+/, 'host.containers.internal'))).toBe('host\n')
    expect(await fetched(tspod, 'db', host)).toBe('')
  } finally {
    server.close()
  }
})

test('addresses: those that were asked for, with the link they are of; what is taken or outside is refused', async ({
  tspod,
}) => {
  await tspod('network', 'create', '--subnet=10.203.4.0/29', '--gateway=10.203.4.6', '-o', 'mtu=1400', 'small')
  await waiting(tspod, 'one', '--network=small', '--ip=10.203.4.2', '--mac-address=02:00:00:12:34:56')
  const { stdout } = await tspod('exec', 'one', 'sh', '-c', 'ip addr show eth0; ip route')
  expect(stdout).toMatch(/mtu 1400 /)
  expect(stdout).toContain('link/ether 02:00:00:12:34:56')
  expect(stdout).toContain('inet 10.203.4.2/29')
  expect(stdout).toMatch(/^default via 10\.203\.4\.6 dev eth0/m)
  const refused = async (...options: string[]) =>
    (await tspod('run', '-q', '--rm', '--network=small', ...options, 'alpine', 'true')).stderr
  expect(await refused('--ip=10.203.4.2')).toMatch(/container one.*\[E_ADDRESS_IN_USE\]/)
  expect(await refused('--ip=10.203.5.2')).toContain('[E_BAD_ADDRESS]')
  for (const name of ['two', 'three', 'four', 'five']) await waiting(tspod, name, '--network=small')
  expect(await refused()).toMatch(/^error: .*\[E_NETWORK_FULL\]/)
  await tspod('rm', '-f', '-t', '0', 'three')
  await waiting(tspod, 'three', '--network=small')
  expect((await tspod('network', 'rm', 'small')).exitCode).toBe(2)
})

test('a published port: who asks is seen by its own address, or by the gateway for the host itself', async ({
  tspod,
}) => {
  await tspod('network', 'create', '--subnet=10.203.6.0/24', 'net')
  await waiting(tspod, 'web', '--network=net', '-p', '80')
  const port = Number((await tspod('port', 'web', '80')).stdout.split(':')[1])
  const serve = 'httpd -f -v -p 80 2>/log & until netstat -ltn | grep -q :80; do :; done'
  await tspod('exec', 'web', 'sh', '-c', serve)
  const seen = async (from: string): Promise<string> => {
    await (await fetch(`http://${from}:${port}/`)).text()
    const log = (await tspod('exec', 'web', 'cat', '/log')).stdout.trim().split('\n')
    return /([\d.]+)\]:\d+: response/.exec(log.at(-1) ?? '')?.[1] ?? ''
  }
  expect(await seen(hostAddress() ?? '')).toBe(hostAddress())
  expect(await seen('127.0.0.1')).toBe('10.203.6.1')
  const taken = await tspod('run', '-q', '--rm', '--network=net', '-p', `${port}:81`, 'alpine', 'true')
  expect(taken.stderr).toMatch(/is that of container web \[E_PORT_IN_USE\]/)
})

test('a container that runs is connected with networks and disconnected from them', async ({ tspod }) => {
  for (const name of ['one', 'two']) await tspod('network', 'create', name)
  await waiting(tspod, 'client', '--network=one')
  await serving(tspod, 'web', '--network=two', '-p', '80')
  const port = Number((await tspod('port', 'web', '80')).stdout.split(':')[1])
  const asked = async (): Promise<string> => await (await fetch(`http://${hostAddress()}:${port}/`)).text()
  expect(await fetched(tspod, 'client', 'web')).toBe('')
  expect(await tspod('network', 'connect', '--alias=www', 'one', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await fetched(tspod, 'client', 'www')).toBe('web\n')
  expect(await asked()).toBe('web\n')
  expect(await tspod('network', 'disconnect', 'two', 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await tspod('exec', 'web', 'ls', '/sys/class/net')).stdout).toBe('eth1\nlo\n')
  expect((await tspod('exec', 'web', 'ip', 'route')).stdout).toMatch(/^default via \S+ dev eth1/m)
  expect(await asked()).toBe('web\n')
  expect(await fetched(tspod, 'client', 'web')).toBe('web\n')
  await tspod('network', 'disconnect', 'one', 'web')
  expect(await fetched(tspod, 'client', 'web')).toBe('')
})

test('a container that has taken its own link away is disconnected all the same', async ({ tspod }) => {
  for (const name of ['one', 'two']) await tspod('network', 'create', name)
  await waiting(tspod, 'web', '--privileged', '--network=one', '--network=two')
  for (const [link, network] of [
    ['eth0', 'one'],
    ['eth1', 'two'],
  ] as const) {
    expect(await tspod('exec', 'web', 'ip', 'link', 'del', link)).toMatchObject({ exitCode: 0 })
    expect(await tspod('network', 'disconnect', network, 'web')).toMatchObject({ exitCode: 0, stderr: '' })
  }
  expect((await tspod('inspect', '--format={{len .NetworkSettings.Networks}}', 'web')).stdout).toBe('0\n')
})

test('version 6: containers reach each other by it, and by the names', async ({ tspod }) => {
  await tspod('network', 'create', '--ipv6', '--subnet=fd00:203::/64', 'six')
  await serving(tspod, 'web', '--network=six', '--ip6=fd00:203::80')
  await waiting(tspod, 'client', '--network=six')
  expect(await fetched(tspod, 'client', '[fd00:203::80]')).toBe('web\n')
  expect((await tspod('exec', 'client', 'nslookup', '-type=aaaa', 'web')).stdout).toContain('fd00:203::80')
})

test('what networks need comes with the first container and goes with the last, however many at once', async ({
  tspod,
  host,
}) => {
  await tspod('network', 'create', 'net')
  const run = async (text: string) =>
    await tspod('run', '--rm', '-q', '--network=net', 'alpine', 'sh', '-c', `ip -4 -o addr show eth0; echo ${text}`)
  for (const round of ['first', 'second']) {
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => run(`${round} ${index}`)))
    for (const [index, result] of results.entries()) {
      expect(result).toMatchObject({ exitCode: 0, stderr: '' })
      expect(result.stdout).toMatch(new RegExp(`inet 10\\..*\\n${round} ${index}\\n$`))
    }
  }
  await expect.poll(() => host.traces().processes.filter((line) => /gateway|slirp4netns/.test(line))).toEqual([])
  await tspod('container', 'prune', '-f')
  expect(['networks', 'ports'].flatMap((name) => readdirSync(join(tspod.runroot, name)))).toEqual(['current'])
})
