import { expect, test } from '../support/fixtures.ts'
import type { Tspod } from '../support/tspod.ts'

/** Called as docker. */
const docker = (tspod: Tspod, ...args: string[]) => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)

const SUBNET = '10.201.5.0/24'

async function create(tspod: Tspod, ...args: string[]): Promise<void> {
  expect(await tspod('network', 'create', ...args)).toEqual({ exitCode: 0, stdout: `${args.at(-1)}\n`, stderr: '' })
}

const made = (tspod: Tspod, ...options: string[]) =>
  tspod('create', '-q', '--name', 'web', ...options, 'alpine', 'true')

test('create, ls, inspect, exists, rm, as podman', async ({ tspod }) => {
  await create(tspod, 'plain')
  const options = [
    '--subnet',
    SUBNET,
    '--ip-range',
    '10.201.5.128/25',
    '--gateway',
    '10.201.5.7',
    '--label',
    'tier=back',
  ]
  await create(tspod, ...options, '-o', 'mtu=1400', '--internal', '--ipv6', '--dns', '192.0.2.1', 'full')
  expect((await tspod('network', 'ls')).stdout).toMatch(
    /^NETWORK ID +NAME +DRIVER\n[0-9a-f]{12} +full +bridge\n.*plain.*\n2f259bab93aa +podman +bridge\n$/,
  )
  const [full] = JSON.parse((await tspod('network', 'inspect', 'full')).stdout)
  expect(full).toEqual({
    ...{ name: 'full', id: expect.stringMatching(/^[0-9a-f]{64}$/), driver: 'bridge', network_interface: 'tspod3' },
    created: expect.stringMatching(/^20\d\d-.*Z$/),
    subnets: [
      {
        ...{ subnet: SUBNET, gateway: '10.201.5.7' },
        lease_range: { start_ip: '10.201.5.128', end_ip: '10.201.5.254' },
      },
      { subnet: expect.stringMatching(/^fd.*::\/64$/), gateway: expect.stringMatching(/^fd.*::1$/) },
    ],
    ...{ ipv6_enabled: true, internal: true, dns_enabled: true, network_dns_servers: ['192.0.2.1'] },
    ...{ labels: { tier: 'back' }, options: { mtu: '1400' }, ipam_options: { driver: 'host-local' }, containers: {} },
  })
  const template = '{{.Name}} {{.ID}} {{.DNSEnabled}} {{range .Subnets}}{{.Subnet}};{{end}} {{.Labels.tier}}'
  expect((await tspod('network', 'inspect', '-f', template, full.id.slice(0, 8))).stdout).toBe(
    `full ${full.id} true ${SUBNET};${full.subnets[1].subnet}; back\n`,
  )
  expect((await tspod('network', 'ls', '-q', '--filter', 'label=tier')).stdout).toBe('full\n')
  expect(
    (await tspod('network', 'ls', '--format', '{{.ID}} {{.Name}} {{.Labels}}', '--filter', 'name=^f')).stdout,
  ).toBe(`${full.id.slice(0, 12)} full tier=back\n`)
  expect(JSON.parse((await tspod('network', 'ls', '--format', 'json', '--filter', 'name=full')).stdout)).toMatchObject([
    { name: 'full', internal: true },
  ])
  expect((await tspod('inspect', '--type', 'network', '-f', '{{.name}}', 'plain')).stdout).toBe('plain\n')
  expect((await tspod('network', 'create', '--ignore', 'plain')).stdout).toBe('plain\n')
  // The beginning of an id is not its name.
  await create(tspod, '--ignore', full.id.slice(0, 6))
  expect((await tspod('network', 'create')).stdout).toBe('podman1\n')
  expect((await tspod('network', 'exists', 'full')).exitCode).toBe(0)
  expect((await tspod('network', 'rm', 'full', 'plain')).stdout).toBe('full\nplain\n')
  expect((await tspod('network', 'exists', 'full')).exitCode).toBe(1)
  const events = await tspod(
    'events',
    '--since',
    '5m',
    '--until',
    '0s',
    '--filter',
    'network=full',
    '--format',
    '{{.Type}} {{.Status}} {{.Name}}',
  )
  expect(events.stdout).toBe('network create full\nnetwork remove full\n')
})

test('as docker: its own networks, its words', async ({ tspod }) => {
  const { stdout } = await docker(
    tspod,
    'network',
    'create',
    '--subnet',
    SUBNET,
    '--ip-range',
    '10.201.5.128/25',
    'shop',
  )
  const id = stdout.trim()
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  expect((await docker(tspod, 'network', 'ls', '--format', '{{.Name}} {{.Driver}} {{.Scope}}')).stdout).toBe(
    'bridge bridge local\nhost host local\nnone null local\nshop bridge local\n',
  )
  expect((await docker(tspod, 'network', 'ls', '-q', '--filter', 'type=custom')).stdout).toBe(`${id.slice(0, 12)}\n`)
  const seen = JSON.parse((await docker(tspod, 'network', 'inspect', 'shop', 'host', 'bridge')).stdout)
  expect(seen).toMatchObject([
    {
      ...{ Name: 'shop', Id: id, Scope: 'local', Driver: 'bridge', EnableIPv6: false, Internal: false, Containers: {} },
      IPAM: { Config: [{ Subnet: SUBNET, IPRange: '10.201.5.128/25', Gateway: '10.201.5.1' }] },
    },
    { Name: 'host', Driver: 'host', IPAM: { Config: null } },
    { Name: 'bridge', IPAM: { Config: [{ Subnet: '10.88.0.0/16', Gateway: '10.88.0.1' }] } },
  ])
  expect((await docker(tspod, 'network', 'create')).exitCode).not.toBe(0)
  expect((await docker(tspod, 'network', 'rm', 'host')).stderr).toContain('[E_NETWORK_BUILT_IN]')
  expect((await docker(tspod, 'network', 'prune', '-f')).stdout).toBe('Deleted Networks:\nshop\n\n')
})

test('what makes no sense is refused in one line, and nothing is made', async ({ tspod }) => {
  await create(tspod, '--subnet', SUBNET, 'shop')
  // biome-ignore format: a table
  const refused: readonly [words: readonly string[], code: string][] = [
    [['shop'], 'E_NETWORK_EXISTS'], [['host'], 'E_BAD_NETWORK_NAME'], [['a/b'], 'E_BAD_NETWORK_NAME'],
    [['--subnet', '10.201.0.0/16', 'x'], 'E_SUBNET_IN_USE'], [['--subnet', '10.202.0.1/24', 'x'], 'E_BAD_SUBNET'],
    [['--subnet', '10.202.0.0/24', '--gateway', '10.203.0.1', 'x'], 'E_BAD_SUBNET'],
    [['--subnet', '10.202.0.0/24', '--ip-range', '10.203.0.0/25', 'x'], 'E_BAD_SUBNET'],
    [['--subnet', '10.202.0.0/24', '--ip-range', '10.202.0.20-10.202.0.10', 'x'], 'E_BAD_SUBNET'],
    [['--subnet', '10.202.0.0/24', '--subnet', '10.203.0.0/24', 'x'], 'E_BAD_SUBNET'], [['--subnet', '10.202.0.0/31', 'x'], 'E_BAD_SUBNET'],
    [['-d', 'macvlan', 'x'], 'E_UNSUPPORTED_OPTION'], [['--route', '10.0.0.0/8,10.202.0.1', 'x'], 'E_UNSUPPORTED_OPTION'],
    [['-o', 'mtu=1', 'x'], 'E_BAD_NETWORK_OPTION'], [['--dns', 'x', 'x'], 'E_BAD_DNS'],
    [['--dns', '192.0.2.1', '--disable-dns', 'x'], 'E_BAD_DNS'], [['--label', '=x', 'x'], 'E_BAD_LABEL'],
    [['--interface-name', 'lo', 'x'], 'E_BAD_INTERFACE_NAME'], [['--interface-name', 'tspod2', 'x'], 'E_BAD_INTERFACE_NAME'],
  ]
  for (const [words, code] of refused) {
    const { exitCode, stderr } = await tspod('network', 'create', ...words)
    expect({ words, exitCode, stderr }).toEqual({
      words,
      exitCode: 125,
      stderr: expect.stringMatching(new RegExp(`^error: [^\n]+ \\[${code}\\]\n(hint: [^\n]+\n)?$`)),
    })
  }
  expect((await tspod('network', 'ls', '-q')).stdout).toBe('podman\nshop\n')
  expect((await tspod('network', 'rm', 'nope')).exitCode).toBe(1)
  expect((await tspod('network', 'rm', '-f', 'nope')).exitCode).toBe(0)
  expect((await tspod('network', 'rm', 'podman')).stderr).toContain('[E_NETWORK_BUILT_IN]')
  expect((await tspod('network', 'ls', '--filter', 'nam=x')).stderr).toContain('did you mean name=…?')
})

test('ten networks made at once have ten subnets and numbers', async ({ tspod }) => {
  const names = Array.from({ length: 10 }, (_, index) => `net${index}`)
  await Promise.all(names.map((name) => create(tspod, name)))
  const seen = (await tspod('network', 'inspect', '-f', '{{(index .Subnets 0).Subnet}}', ...names)).stdout
  expect(new Set(seen.trim().split('\n')).size).toBe(10)
  const numbers = (await tspod('network', 'inspect', '-f', '{{.NetworkInterface}}', ...names)).stdout.trim().split('\n')
  expect(numbers.sort()).toEqual(names.map((_, index) => `tspod${index + 2}`).sort())
})

test('a container is in the networks it was made with, and they stay as long as it', async ({ tspod }) => {
  await create(tspod, '--subnet', SUBNET, 'shop')
  await create(tspod, 'back')
  const networks = ['--network', 'shop:ip=10.201.5.9,alias=www', '--network', 'back', '--network-alias', 'w']
  const { stdout } = await made(tspod, ...networks)
  const id = stdout.trim()
  const [seen] = JSON.parse((await tspod('inspect', 'web')).stdout)
  expect(seen.HostConfig.NetworkMode).toBe('bridge')
  expect(seen.NetworkSettings.Networks).toMatchObject({
    shop: { NetworkID: 'shop', Aliases: ['www', 'w', id.slice(0, 12)], IPAddress: '' },
    back: { Aliases: ['w', id.slice(0, 12)] },
  })
  const [own] = JSON.parse((await docker(tspod, 'inspect', 'web')).stdout)
  expect(own.HostConfig.NetworkMode).toBe('shop')
  expect(own.NetworkSettings.Networks.shop).toMatchObject({
    ...{ IPAMConfig: { IPv4Address: '10.201.5.9' }, DNSNames: ['web', 'www', 'w', id.slice(0, 12)] },
    NetworkID: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect((await tspod('ps', '-a', '--filter', 'network=back', '--format', '{{.Networks}}')).stdout).toBe('shop,back\n')
  expect((await tspod('network', 'ls', '-q', '--filter', 'dangling=true')).stdout).toBe('')
  expect(await tspod('network', 'rm', 'shop')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('the network shop is in use by container web [E_NETWORK_IN_USE]'),
  })
  expect((await tspod('network', 'prune', '-f')).stdout).toBe('')
  expect((await tspod('network', 'rm', '-f', 'shop')).stdout).toBe('shop\n')
  expect((await tspod('ps', '-aq')).stdout).toBe('')
  expect((await tspod('network', 'prune', '-f')).stdout).toBe('back\n')
})

test('connect and disconnect a container that does not run', async ({ tspod }) => {
  await create(tspod, '--subnet', SUBNET, 'shop')
  await made(tspod, '--network', 'bridge')
  const connect = (...options: string[]) => tspod('network', 'connect', ...options, 'shop', 'web')
  expect((await connect('--ip', '10.202.0.1')).stderr).toContain('it is outside [E_BAD_ADDRESS]')
  expect(await connect('--alias', 'www', '--ip', '10.201.5.9', '--mac-address', '02:00:00:00:00:09')).toEqual({
    ...{ exitCode: 0, stdout: '', stderr: '' },
  })
  expect((await connect()).stderr).toContain('is in the network shop already [E_ENDPOINT_EXISTS]')
  const names = async () => (await tspod('ps', '-a', '--format', '{{.Networks}}')).stdout
  expect(await names()).toBe('podman,shop\n')
  const disconnect = (...options: string[]) => tspod('network', 'disconnect', ...options, 'podman', 'web')
  expect((await disconnect()).exitCode).toBe(0)
  expect(await names()).toBe('shop\n')
  expect((await disconnect()).stderr).toContain('is not in the network podman [E_NOT_CONNECTED]')
  expect((await disconnect('-f')).exitCode).toBe(0)
  await tspod('create', '-q', '--name', 'alone', '--network', 'none', 'alpine', 'true')
  expect((await tspod('network', 'connect', 'shop', 'alone')).stderr).toContain('[E_NETWORK_MODE]')
})

// biome-ignore format: a table
test.for([
  [['--network', 'nope'], 'no network nope [E_NETWORK_NOT_FOUND]'],
  [['--ip', '10.88.0.9'], '--ip can only be set in a network with a name [E_BAD_NETWORK]'],
  [['--network', 'none', '--network-alias', 'x'], '--network-alias can only be set in a network with a name [E_BAD_NETWORK]'],
  [['--network', 'host', '--network', 'podman'], 'a container with the network host can have no other [E_BAD_NETWORK]'],
  [['--network', 'podman', '--network', 'bridge'], 'the network podman is given twice [E_BAD_NETWORK]'],
  [['--network', 'podman', '--ip', '10.88.0.1'], 'that of the gateway [E_BAD_ADDRESS]'],
  [['--network', 'podman:ip6=fd00::1'], 'has no subnet of version 6 for fd00::1 [E_BAD_ADDRESS]'],
  [['--network', 'podman', '--ip', '10.87.0.9'], 'it is outside [E_BAD_ADDRESS]'],
  [['--network', 'podman', '--network-alias', 'a b'], '--network-alias "a b": not a name for a host [E_BAD_NETWORK]'],
  [['--network', 'podman:alias=-x'], 'not a name for a host [E_BAD_NETWORK]'],
  [['--network', 'podman', '--network-alias', 'x'.repeat(254)], 'not a name for a host [E_BAD_NETWORK]'],
  [['--network', 'podman', '--dns', 'fe80::1%eth0'], 'not an address that a network could ask [E_BAD_DNS]'],
  [['--network', 'podman', '--dns', Array.from({ length: 17 }, (_, i) => `192.0.2.${i}`).join()], 'more than 16 name servers in a network with a name [E_BAD_DNS]'],
  [['--network', 'podman:interface_name=a/b'], 'not a name for an interface [E_BAD_INTERFACE_NAME]'],
] as const)('create %j: %s', async ([options, message], { tspod, host }) => {
  expect(await made(tspod, ...options)).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringContaining(message) })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})
