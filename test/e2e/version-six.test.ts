import { readlinkSync } from 'node:fs'
import { expect, test } from '../support/fixtures.ts'
import { FIRST_SIX, type OwnHost, ownHost } from '../support/own-host.ts'

const inside = async (host: OwnHost, name: string, ...argv: string[]): Promise<string> =>
  (await host.tspod('exec', name, 'timeout', '5', ...argv)).stdout
const reached = (host: OwnHost, name: string, address: string): Promise<string> =>
  inside(host, name, 'nc', '-w', '2', address, '8000')

async function start(host: OwnHost, name: string, ...options: string[]): Promise<void> {
  const run = await host.tspod('run', '-dq', '--name', name, ...options, 'alpine', 'sleep', 'inf')
  expect(run, name).toMatchObject({ exitCode: 0, stderr: '' })
}

/** Who has this in its command line, and writes nowhere but in its own log. */
const found = (processes: readonly string[], word: string): number =>
  Number.parseInt(processes.find((line) => line.includes(word)) ?? '', 10)

test('version 6 leads outside, and not to the loopback of the host, nor from internal networks', async ({
  tspod,
  directory,
  host: machine,
}) => {
  await tspod('pull', '-q', 'alpine') // the registry is another host's
  await using host = await ownHost(tspod, directory)
  await host.tspod('network', 'create', '--ipv6', '--subnet', 'fd00:207::/64', 'six')
  await host.tspod('network', 'create', '--subnet', 'fd00:208::/64', 'alone')
  await host.tspod('network', 'create', '--ipv6', '--internal', 'back')
  await start(host, 'web', '--network=six:ip6=fd00:207::80')
  await start(host, 'client', '--network=six')
  await start(host, 'alone', '--network=alone')
  await start(host, 'both', '--network=podman', '--network=alone')
  await start(host, 'back', '--network=back')
  for (const name of ['web', 'client', 'alone', 'both'])
    expect(await reached(host, name, FIRST_SIX), name).toBe('here\n')
  expect(await reached(host, 'back', FIRST_SIX)).toBe('')
  // Who libslirp takes for the host itself, and its loopback of version 4 in other words.
  for (const address of ['fd00::2', 'fd00::3', '::7f00:1'])
    expect(await reached(host, 'web', address), address).toBe('')
  // Networks do not see each other.
  await host.tspod('exec', '-d', 'web', 'nc', '-ll', '-p', '8000', '-e', 'echo', 'web')
  await expect.poll(() => reached(host, 'client', 'fd00:207::80')).toBe('web\n')
  expect(await reached(host, 'alone', 'fd00:207::80')).toBe('')
  expect(await inside(host, 'client', 'nslookup', '-type=aaaa', 'web', 'fd00:207::1')).toContain('fd00:207::80')

  const gateway = found(machine.traces().processes, 'gateway 169')
  const known = () => host.run('nsenter', `--net=/proc/${gateway}/ns/net`, 'ip', '-6', 'addr', 'show', 'tap0')
  expect(readlinkSync(`/proc/${gateway}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'))
  expect((await known()).stdout).toContain('fd00:207::80/128')
  await host.tspod('restart', '-t', '0', 'web')
  expect(await reached(host, 'web', FIRST_SIX)).toBe('here\n')
  process.kill(found(machine.traces().processes, 'slirp4netns --configure'), 'SIGKILL')
  await expect.poll(() => reached(host, 'web', FIRST_SIX)).toBe('here\n')
  await host.tspod('network', 'disconnect', 'six', 'web')
  expect((await known()).stdout).not.toContain('fd00:207::80')
  expect(await reached(host, 'client', FIRST_SIX)).toBe('here\n')
  await host.tspod('rm', '-fat', '0')
})

test('more containers than libslirp remembers reach the outside at once', async ({ tspod, directory }) => {
  await tspod('pull', '-q', 'alpine')
  await using host = await ownHost(tspod, directory)
  await host.tspod('network', 'create', '--ipv6', 'six')
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`)
  for (const name of names) await start(host, name, '--network=six')
  for (let round = 0; round < 2; round++) {
    const heard = await Promise.all(names.map((name) => reached(host, name, FIRST_SIX)))
    expect(heard).toEqual(names.map(() => 'here\n'))
  }
  await host.tspod('rm', '-fat', '0')
})

test('one whose way out is limited has none of version 6, whatever it gives itself', async ({ tspod, directory }) => {
  await tspod('pull', '-q', 'alpine')
  await using host = await ownHost(tspod, directory)
  await host.tspod('network', 'create', '--ipv6', '--subnet', 'fd00:207::/64', '--subnet', '10.207.3.0/24', 'six')
  await start(host, 'free', '--network=six')
  const rights = ['--cap-add=NET_ADMIN', '--cap-add=NET_RAW']
  await start(host, 'thief', '--network=six', '--egress=none', ...rights)
  const script = `set -e; way=
    ip -6 addr add fd00:207::99/64 dev eth0
    until [ -n "$way" ]; do
      ping -6 -c 1 -I eth0 ff02::1 >/dev/null 2>&1 || true
      way=$(ip -6 neigh show dev eth0 | grep -o '^fe80[^ ]*' | head -n 1)
    done
    ip -6 route add default via "$way" dev eth0
    echo "by $way"; nc -w 2 ${FIRST_SIX} 8000 || true`
  expect(await host.tspod('exec', 'thief', 'timeout', '30', 'sh', '-c', script)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^by fe80::\S+\n$/),
  })
  expect(await reached(host, 'free', FIRST_SIX)).toBe('here\n')
  await host.tspod('rm', '-fat', '0')
})
