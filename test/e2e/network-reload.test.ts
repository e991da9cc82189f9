import { expect, test } from '../support/fixtures.ts'
import { FIRST_ADDRESS, type OwnHost, ownHost } from '../support/own-host.ts'
import type { Tspod } from '../support/tspod.ts'

const PATIENCE = { interval: 50 }

async function waiting(host: OwnHost, network: string): Promise<void> {
  const started = await host.tspod('run', '-dq', '--name', network, `--network=${network}`, 'alpine', 'sleep', 'inf')
  expect(started, network).toMatchObject({ exitCode: 0, stderr: '' })
}

async function withHost(tspod: Tspod, directory: string, networks: readonly string[]): Promise<OwnHost> {
  await tspod('pull', '-q', 'alpine') // the registry is another host's
  const host = await ownHost(tspod, directory)
  for (const network of networks) await waiting(host, network)
  return host
}

const inside = async (host: OwnHost, name: string, ...argv: string[]): Promise<string> =>
  (await host.tspod('exec', name, 'timeout', '5', ...argv)).stdout

test('a change of the resolver of the host: slirp4netns and named networks follow, pasta and host after a reload', async ({
  tspod,
  directory,
}) => {
  const networks = ['slirp4netns', 'podman', 'pasta', 'host']
  await using host = await withHost(tspod, directory, networks)
  const found = async (name: string) =>
    (await inside(host, name, 'nslookup', 'name.example')).match(/192\.0\.2\.[23]$/m)?.[0]
  for (const name of networks) expect(await found(name), name).toBe('192.0.2.2')
  host.askForNames('127.0.0.3')
  for (const name of ['slirp4netns', 'podman']) await expect.poll(() => found(name), PATIENCE).toBe('192.0.2.3')
  for (const name of ['pasta', 'host']) expect(await found(name), name).toBe('192.0.2.2')
  expect((await host.tspod('network', 'reload', 'pasta', 'host')).exitCode).toBe(0)
  for (const name of ['pasta', 'host']) expect(await found(name), name).toBe('192.0.2.3')
  // A start is as good.
  host.askForNames('127.0.0.2')
  await host.tspod('restart', '-t', '0', 'host')
  expect(await inside(host, 'host', 'cat', '/etc/resolv.conf')).toBe('nameserver 127.0.0.2\n')
  await host.tspod('rm', '-fat', '0')
})

test('a change of the address of the host: slirp4netns and named networks go on, pasta after a reload', async ({
  tspod,
  directory,
}) => {
  await using host = await withHost(tspod, directory, ['slirp4netns', 'podman', 'pasta'])
  const reached = (name: string, address: string) => inside(host, name, 'nc', '-w', '2', address, '8000')
  const own = async () =>
    (await inside(host, 'pasta', 'ip', '-4', '-o', 'addr', 'show', 'up0')).match(/inet (\S+)/)?.[1]
  for (const name of ['slirp4netns', 'podman']) expect(await reached(name, FIRST_ADDRESS)).toBe('here\n')
  expect(await own()).toBe(`${FIRST_ADDRESS}/24`)
  const changes =
    'ip addr del 192.0.2.10/24 dev up0; ip addr add 192.0.2.11/24 dev up0; ip route add default via 192.0.2.1'
  expect(await host.run('sh', '-c', changes)).toMatchObject({ exitCode: 0 })
  for (const name of ['slirp4netns', 'podman']) expect(await reached(name, '192.0.2.11'), name).toBe('here\n')
  expect((await host.tspod('network', 'reload', 'pasta')).exitCode).toBe(0)
  expect(await own()).toBe('192.0.2.11/24')
  await host.tspod('rm', '-fat', '0')
})

test('network reload makes links anew, and only of containers that run', async ({ tspod }) => {
  const ids = new Map<string, string>()
  await tspod('network', 'create', '--subnet', '10.201.7.0/24', 'net')
  for (const [name, ...options] of [
    ['web', '--network=net', '--ip=10.201.7.9', '-p', '127.0.0.1::80'],
    ['client', '--network=net'],
    ['alone', '--network=none'],
  ] as const) {
    const { stdout } = await tspod('run', '-dq', '--name', name, ...options, 'alpine', 'sleep', 'inf')
    ids.set(name, stdout.trim())
  }
  await tspod('create', '-q', '--name', 'new', 'alpine', 'true')
  const serve = 'mkdir /www; echo web >/www/index.html; httpd -h /www -p 80'
  await tspod('exec', 'web', 'sh', '-c', serve)
  // As whoever has the rights could do.
  expect((await tspod('exec', '--privileged', 'web', 'ip', 'link', 'del', 'eth0')).exitCode).toBe(0)
  const fetched = async () => (await tspod('exec', 'client', 'timeout', '5', 'wget', '-qO-', 'http://web/')).stdout
  expect(await fetched()).toBe('')
  expect(await tspod('network', 'reload', 'web')).toEqual({ exitCode: 0, stdout: `${ids.get('web')}\n`, stderr: '' })
  expect(await fetched()).toBe('web\n')
  const port = (await tspod('port', 'web', '80/tcp')).stdout.trim()
  expect(await (await fetch(`http://${port}/`)).text()).toBe('web\n')
  expect(await tspod('network', 'reload', 'new')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('[E_CONTAINER_NOT_RUNNING]'),
  })
  expect((await tspod('network', 'reload', '-a')).stdout).toBe(`${[...ids.values()].join('\n')}\n`)
  expect(await fetched()).toBe('web\n')
  expect((await tspod('network', 'reload')).exitCode).toBe(125)
})
