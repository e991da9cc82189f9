import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { startChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'

const RUN = ['run', '--rm', '-q'] as const
const NOTHING = { mounts: [], processes: [], files: [] }

test.for([
  // options                                        command                        says
  ['slirp4netns:mtu=1400,cidr=10.9.8.0/24', 'cat /sys/class/net/tap0/mtu', '1400'],
  ['slirp4netns:mtu=1400,cidr=10.9.8.0/24', 'ip -4 -o addr show tap0', '10.9.8.100/24'],
  ['slirp4netns:cidr=10.9.8.128/25', 'cat /etc/hosts /etc/resolv.conf', '10.9.8.228\t', 'nameserver 10.9.8.131\n'],
  [
    'slirp4netns:enable_ipv6=true,port_handler=rootlesskit',
    'while ! ip -6 -o addr show tap0 | grep fd00::; do sleep 0.1; done',
    'fd00::',
  ],
  ['pasta:--mtu,1400,-I,eth7', 'cat /sys/class/net/eth7/mtu', '1400'],
  ['pasta:-a,10.7.7.2,-n,24,-g,10.7.7.1', 'ip -4 -o addr', '10.7.7.2/24'],
] as const)('--network %s: %s says %j', async ([network, command, ...words], { tspod }) => {
  const ran = await tspod(...RUN, `--network=${network}`, 'alpine', 'sh', '-c', command)
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
  for (const word of words) expect(ran.stdout).toContain(word)
})

test("options let a container reach the host's loopback", async ({ tspod }) => {
  await using server = createServer((socket) => socket.end('host\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? `${address?.port}` : ''
  const reach = async (network: string, host: string) =>
    (await tspod(...RUN, `--network=${network}`, 'alpine', 'nc', '-w', '2', host, port)).stdout
  expect(await reach('slirp4netns:allow_host_loopback=true', 'host.containers.internal')).toBe('host\n')
  expect(await reach(`pasta:-T,${port}`, '127.0.0.1')).toBe('host\n')
})

test('the flag wins over containers.conf', async ({ tspod, directory }) => {
  const conf = join(directory, 'c.conf')
  const lines = [
    '[engine]',
    'network_cmd_options = ["mtu=1300"]',
    '[network]',
    'pasta_options = ["-m", "1300", "-I", "eth7"]',
  ]
  writeFileSync(conf, lines.join('\n'))
  const mtu = async (network: string) =>
    (
      await tspod.with(
        { env: { CONTAINERS_CONF: conf } },
        ...[...RUN, `--network=${network}`, 'alpine', 'sh', '-c', 'cd /sys/class/net; cat [et]*/mtu; ls -d [et]*'],
      )
    ).stdout
  expect(await mtu('slirp4netns')).toBe('1300\ntap0\n')
  expect(await mtu('slirp4netns:mtu=1400')).toBe('1400\ntap0\n')
  expect(await mtu('pasta:--mtu,1400')).toBe('1400\neth7\n')
})

test('options that are none are refused before anything is made; what a helper says of them is in the error', async ({
  tspod,
  host,
}) => {
  for (const [network, words] of [
    ['slirp4netns:mtu=much', /^error: invalid option of slirp4netns "mtu=much": .*\[E_BAD_NETWORK_OPTION\]\n$/],
    ['pasta:--netns,/x', /^error: invalid option of pasta "--netns": .*\[E_BAD_NETWORK_OPTION\]\n$/],
    ['host:x', /^error: unknown network "host:x".*\n/],
    ['pasta:--foo', /^error: could not start pasta: .*: .*unrecognized option '--foo' \[E_LAUNCH_FAILED\]\n$/],
    ['pasta:-i,nonesuch', /^error: could not start pasta: .*: .*nonesuch.*\[E_LAUNCH_FAILED\]\n$/],
    ['slirp4netns:cidr=10.0.2.1/24', /^error: could not start slirp4netns: .*: .*CIDR.*\[E_LAUNCH_FAILED\]\n$/],
  ] as const) {
    const ran = await tspod(...RUN, `--network=${network}`, 'alpine', 'true')
    expect(ran, network).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringMatching(words) })
  }
  await expect.poll(() => host.traces()).toEqual(NOTHING)
})

test('ns:PATH is that network namespace, for exec and for who shares it, too', async ({ tspod }) => {
  const look = 'echo $$ $(readlink /proc/self/ns/net); exec sleep 1000'
  await using holder = await held(tspod.spawn(['unshare', 'unshare', '-n', 'sh', '-c', look]))
  const [pid, namespace] = holder.words
  const network = `--network=ns:/proc/${pid}/ns/net`
  await using box = await tspod.start('--name', 'box', network, 'alpine', 'sleep', '1000')
  expect((await box.exec('readlink', '/proc/self/ns/net')).stdout).toBe(`${namespace}\n`)
  expect((await box.exec('ls', '/sys/class/net')).stdout).toBe('lo\n')
  for (const [cwd, options] of [
    [undefined, ['--network=container:box']],
    [undefined, [network, '--pid=container:box']],
    [`/proc/${pid}/ns`, ['--network=ns:net']],
  ] as const) {
    const command = [...RUN, ...options, 'alpine', 'readlink', '/proc/self/ns/net']
    expect(await tspod.with(cwd ? { cwd } : {}, ...command), options.join(' ')).toMatchObject({
      stdout: `${namespace}\n`,
    })
  }
  expect((await tspod('inspect', '-f', '{{.HostConfig.NetworkMode}}', 'box')).stdout).toBe(`ns:/proc/${pid}/ns/net\n`)
})

test('a namespace that is none, or of somebody else, is refused in a line', async ({ tspod, host, directory }) => {
  await using foreign = await held(startChild('unshare', ['-Urn', 'sh', '-c', 'echo $$; exec sleep 1000']))
  const theirs = `/proc/${foreign.words[0]}/ns/net`
  const fifo = join(directory, 'fifo')
  await tspod('unshare', 'mkfifo', fifo)
  for (const [path, words] of [
    ['/nonesuch', 'no such file'],
    ['/etc/passwd', 'that is none'],
    [fifo, 'that is none'],
    ['/proc/self/ns/uts', 'that is none'],
    [theirs, 'not permitted'],
  ] as const) {
    const ran = await tspod(...RUN, `--network=ns:${path}`, 'alpine', 'true')
    expect(ran).toMatchObject({ exitCode: 125, stdout: '' })
    expect(ran.stderr).toContain(`error: could not enter the network namespace ${path}: ${words} [`)
  }
  await expect.poll(() => host.traces()).toEqual(NOTHING)
})

test('a newer pasta, which closes what it is given, is taken unasked, and stands for the host', async ({
  tspod,
  directory,
}) => {
  const env = { PATH: `${newerPasta(directory)}:${process.env['PATH']}` }
  const info = await tspod.with({ env }, 'info', '-f', '{{.Host.RootlessNetworkCmd}}: {{.Host.RootlessNetworkReason}}')
  expect(info.stdout).toMatch(/^pasta: .*pasta is of 2024-09-06, which is new enough\n$/)
  const look = ['alpine', 'sh', '-c', 'ls -d /sys/class/net/tap0; grep host.containers.internal /etc/hosts']
  await tspod.with({ env }, 'create', '-q', '--name', 'box', ...look)
  for (const _time of ['first', 'again']) {
    const ran = await tspod.with({ env }, 'start', '-a', 'box')
    expect(ran.stdout).toBe('169.254.1.2\thost.containers.internal host.docker.internal\n')
  }
  expect((await tspod('info', '-f', '{{.Host.RootlessNetworkReason}}')).stdout).not.toContain('2024-09-06')
})

/** A directory for PATH with a pasta that says it is of 2024, and as such keeps no descriptors. */
function newerPasta(directory: string): string {
  const programs = join(directory, 'programs')
  mkdirSync(programs)
  writeFileSync(
    join(programs, 'pasta'),
    `#!/bin/sh
[ "$1" = --version ] && { echo pasta 2024_09_06.6b38f07; exit; }
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
left=$#
while [ $left -gt 0 ]; do
  # which the one that is here may not know
  if [ "$1" = --map-guest-addr ]; then shift; left=$((left - 1)); else set -- "$@" "$1"; fi
  shift; left=$((left - 1))
done
PATH='${process.env['PATH']}' exec pasta "$@"
`,
  )
  chmodSync(join(programs, 'pasta'), 0o755)
  return programs
}

/** The words of the first line of a command whose first word is a process, which ends with the scope. */
async function held(child: ChildProcess): Promise<AsyncDisposable & { readonly words: readonly string[] }> {
  const ended = new Promise((resolve) => child.once('close', resolve))
  const words = await new Promise<string[]>((resolve) =>
    child.stdout?.once('data', (data) => resolve(`${data}`.trim().split(' '))),
  )
  return {
    words,
    [Symbol.asyncDispose]: async () => {
      process.kill(Number(words[0]), 'SIGKILL')
      await ended
    },
  }
}
