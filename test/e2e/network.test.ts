import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '../support/fixtures.ts'
import { TSPOD } from '../support/tspod.ts'

const RUN = ['run', '--rm', '-q'] as const

/** Addresses, routes and resolver, as far as they do not differ from machine to machine. */
const LOOK = 'ip -4 -o addr show; ip -4 route; cat /etc/resolv.conf'

test('slirp4netns gives tap0, an address, a default route and a resolver', async ({ tspod }) => {
  const { stdout, exitCode } = await tspod(...RUN, '--network=slirp4netns', 'alpine', 'sh', '-c', LOOK)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/tap0 +inet 10\.0\.2\.100\/24/)
  expect(stdout).toMatch(/^default via 10\.0\.2\.2 dev tap0/m)
  expect(stdout).toMatch(/^nameserver 10\.0\.2\.3$/m)
})

test('pasta gives an interface, an address and a route of the host', async ({ tspod }) => {
  const { stdout, exitCode } = await tspod(...RUN, '--network=pasta', 'alpine', 'sh', '-c', LOOK)
  expect(exitCode).toBe(0)
  expect(stdout.split('\n').filter((line) => / inet /.test(line) && !/ lo +inet 127\.0\.0\.1/.test(line))).not.toEqual(
    [],
  )
  expect(stdout).toMatch(/^default .*dev /m)
  expect(stdout).toMatch(/^nameserver /m)
})

test('without a choice there is a network, none has only lo, host is the network of the host', async ({ tspod }) => {
  const interfaces = async (...options: string[]): Promise<string[]> =>
    (await tspod(...RUN, ...options, 'alpine', 'ls', '/sys/class/net')).stdout.trim().split('\n').sort()
  expect((await interfaces()).length).toBeGreaterThan(1)
  expect(await interfaces('--network=none')).toEqual(['lo'])
  expect(await interfaces('--net', 'host')).toEqual(readdirSync('/sys/class/net').sort())
})

test('where no helper is installed a container has only lo, said in a line; one that is asked for is missed', async ({
  tspod,
}) => {
  const hide = 'for name in slirp4netns pasta; do mount --bind /dev/null "$(command -v $name)"; done; exec "$@"'
  const bare = (...args: string[]) =>
    tspod('unshare', 'sh', '-c', hide, 'sh', TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, ...args)
  await tspod('pull', '-q', 'alpine')
  const ran = await bare('run', '--rm', 'alpine', 'ls', '/sys/class/net')
  expect(ran).toMatchObject({ exitCode: 0, stdout: 'lo\n' })
  expect(ran.stderr).toMatch(/^warning: neither slirp4netns nor pasta is installed.*apt install slirp4netns.*\n$/)
  for (const [mode, packageName] of [
    ['slirp4netns', 'slirp4netns'],
    ['pasta', 'passt'],
  ] as const) {
    const missed = await bare('run', '--rm', `--network=${mode}`, 'alpine', 'true')
    expect(missed).toMatchObject({ exitCode: 125, stdout: '' })
    expect(missed.stderr).toContain(`[E_NETWORK_HELPER_MISSING]\nhint: run as root: "apt install ${packageName}"\n`)
  }
})

test('lo is up, whatever the network', async ({ tspod }) => {
  for (const network of ['none', 'slirp4netns', 'pasta']) {
    const { stdout } = await tspod(...RUN, `--network=${network}`, 'alpine', 'ip', '-o', 'link', 'show', 'lo')
    expect(stdout, network).toContain('LOOPBACK,UP')
  }
})

test("the host's loopback is out of reach", async ({ tspod }) => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => socket.end('host\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? `${address.port}` : ''
  try {
    const reach = async (network: string, host: string) =>
      (await tspod(...RUN, `--network=${network}`, 'alpine', 'nc', '-w', '2', host, port)).stdout
    expect(await reach('host', '127.0.0.1')).toBe('host\n')
    expect(await reach('slirp4netns', '10.0.2.2')).toBe('')
    expect(await reach('slirp4netns', '127.0.0.1')).toBe('')
    expect(await reach('pasta', '127.0.0.1')).toBe('')
  } finally {
    server.close()
  }
})

test('the helper ends with the container, however that ends', async ({ tspod, host }) => {
  for (const network of ['slirp4netns', 'pasta']) {
    const before = new Set(helpers())
    const start = () => tspod('run', '-d', '-q', '--name', network, `--network=${network}`, 'alpine', 'sleep', '1000')
    expect(await start()).toMatchObject({ exitCode: 0, stderr: '' })
    const pid = (await tspod('inspect', '-f', '{{.State.Pid}}', network)).stdout.trim()
    // It is the child of a guard, which is a child of the monitor, as the container is.
    const own = helpers().filter((one) => !before.has(one) && parentOf(parentOf(one)) === parentOf(pid))
    expect(own, network).toHaveLength(1)
    await tspod('rm', '-f', '-t', '0', network)
    // killed it is, but nobody waits until the kernel has taken its interface down
    await expect.poll(() => helpers().filter((helper) => own.includes(helper))).toEqual([])
  }
  // the monitors have become clean-ups, which find nothing to do
  await expect.poll(() => host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})

test('an unknown network is refused before anything is made', async ({ tspod, host }) => {
  expect(await tspod(...RUN, '--network=nonsense', 'alpine', 'true')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('nonsense'),
  })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})

/** Source: proc_pid_stat(5), field 4. */
function parentOf(process: string): string {
  const pid = Number.parseInt(process, 10)
  return existsSync(`/proc/${pid}`)
    ? (readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/.*\) /s, '').split(' ')[1] ?? '')
    : ''
}

/** `PID COMMAND` of each network helper of this machine. */
function helpers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `${pid} ${commandOf(pid)}`)
    .filter((line) => /slirp4netns|pasta/.test(line))
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')
  } catch {
    return '' // it has ended
  }
}
