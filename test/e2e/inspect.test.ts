import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'

const DOCKER = { env: { TSPOD_COMPAT: 'docker' } }

/** The members that podman 4.3.1 printed for a running container, but for Cgroup things of its host. */
const PODMAN_KEYS = {
  '': 'Id Created Path Args State Image ImageDigest ImageName Rootfs Pod ResolvConfPath HostnamePath HostsPath StaticDir OCIConfigPath OCIRuntime ConmonPidFile PidFile Name RestartCount Driver MountLabel ProcessLabel AppArmorProfile EffectiveCaps BoundingCaps ExecIDs GraphDriver Mounts Dependencies NetworkSettings Namespace IsInfra IsService Config HostConfig',
  State:
    'OciVersion Status Running Paused Restarting OOMKilled Dead Pid ConmonPid ExitCode Error StartedAt FinishedAt Health CgroupPath CheckpointedAt RestoredAt',
  'State.Health': 'Status FailingStreak Log',
  NetworkSettings:
    'EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen MacAddress Bridge SandboxID HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen Ports SandboxKey',
  Config:
    'Hostname Domainname User AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce Env Cmd Image Volumes WorkingDir Entrypoint OnBuild Labels Annotations StopSignal Healthcheck HealthcheckOnFailureAction CreateCommand Umask Timeout StopTimeout Passwd sdNotifyMode',
  HostConfig:
    'Binds CgroupManager CgroupMode ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver VolumesFrom CapAdd CapDrop Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Cgroups Links OomScoreAdj PidMode Privileged PublishAllPorts ReadonlyRootfs SecurityOpt Tmpfs UTSMode UsernsMode ShmSize Runtime ConsoleSize Isolation CpuShares Memory NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems Devices DiskQuota KernelMemory MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth CgroupConf',
  'Mounts.0': 'Type Source Destination Driver Mode Options RW Propagation',
  'HostConfig.LogConfig': 'Type Config Path Tag Size',
} as const

/** Source: Docker Engine API 1.44, ContainerInspect. */
const DOCKER_KEYS = {
  '': 'Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver Platform MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config NetworkSettings',
  State: 'Status Running Paused Restarting OOMKilled Dead Pid ExitCode Error StartedAt FinishedAt Health',
  Config:
    'Hostname Domainname User AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce Env Cmd Image Volumes WorkingDir Entrypoint OnBuild Labels',
  HostConfig:
    'Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver VolumesFrom ConsoleSize CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode Privileged PublishAllPorts ReadonlyRootfs SecurityOpt UTSMode UsernsMode ShmSize Runtime Isolation CpuShares Memory NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems Devices DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth MaskedPaths ReadonlyPaths',
  NetworkSettings:
    'Bridge SandboxID SandboxKey Ports HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen SecondaryIPAddresses SecondaryIPv6Addresses EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway MacAddress Networks',
} as const

const RUN = [
  ...[
    '--name',
    'box',
    '--network=none',
    '-l',
    'app=web',
    '-v',
    '/tmp:/data:ro',
    '--tmpfs',
    '/x',
    '-e',
    'FOO=bar',
    '-w',
    '/tmp',
  ],
  ...[
    '--user',
    '5:6',
    '--expose',
    '90/udp',
    '--restart',
    'on-failure:3',
    '--cap-add',
    'NET_ADMIN',
    '--stop-signal',
    'HUP',
  ],
  ...[
    '--stop-timeout',
    '7',
    '--health-cmd',
    'echo fine',
    '--health-interval',
    '1s',
    '--shm-size',
    '1m',
    '--ulimit',
    'core=0',
  ],
  ...['--hostname', 'here', '--add-host', 'db:10.0.0.1', '--entrypoint', 'sleep', 'alpine', '1000'],
]

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .filter(Boolean)
    .reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)
}

function missing(value: unknown, keys: Readonly<Record<string, string>>): string[] {
  return Object.entries(keys).flatMap(([path, names]) =>
    names.split(' ').flatMap((name) => (name in ((at(value, path) ?? {}) as object) ? [] : [`${path}.${name}`])),
  )
}

test("a container in podman's words, every member of them, with the values that were asked for", async ({ tspod }) => {
  await using box = await tspod.start(...RUN)
  expect(await tspod('wait', '--condition', 'healthy', 'box')).toMatchObject({ exitCode: 0 })
  const { stdout, exitCode } = await tspod('inspect', '-s', 'box')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^\[\n {5}\{\n {10}"Id": /)
  const [seen] = JSON.parse(stdout)
  expect(missing(seen, PODMAN_KEYS)).toEqual([])
  expect(seen).toMatchObject({
    ...{ Id: box.id, Name: 'box', Path: 'sleep', Args: ['1000'], RestartCount: 0, Driver: 'overlay', IsInfra: false },
    ...{ ImageName: 'docker.io/library/alpine:latest', Dependencies: [], ExecIDs: [], SizeRw: expect.any(Number) },
    ...{ EffectiveCaps: ['CAP_NET_ADMIN'], SizeRootFs: expect.any(Number) },
    State: {
      ...{ Status: 'running', Running: true, Paused: false, Restarting: false, ExitCode: 0, Pid: expect.any(Number) },
      ...{
        ConmonPid: expect.any(Number),
        FinishedAt: '0001-01-01T00:00:00Z',
        StartedAt: expect.stringMatching(/^20.*Z$/),
      },
      Health: {
        Status: 'healthy',
        FailingStreak: 0,
        Log: expect.arrayContaining([
          { ExitCode: 0, Output: 'fine\n', Start: expect.any(String), End: expect.any(String) },
        ]),
      },
    },
    Mounts: [{ Type: 'bind', Source: '/tmp', Destination: '/data', RW: false, Propagation: 'rprivate' }],
    NetworkSettings: { Ports: { '90/udp': null } },
    Config: {
      ...{ Hostname: 'here', User: '5:6', Tty: false, WorkingDir: '/tmp', Entrypoint: ['sleep'], Cmd: ['1000'] },
      ...{
        Labels: { app: 'web' },
        StopSignal: 'SIGHUP',
        StopTimeout: 7,
        Umask: '0022',
        ExposedPorts: { '90/udp': {} },
      },
      ...{ Env: expect.arrayContaining(['FOO=bar']), Image: 'docker.io/library/alpine:latest' },
      Healthcheck: { Test: ['CMD-SHELL', 'echo fine'], Interval: 1_000_000_000, Retries: 3 },
      CreateCommand: expect.arrayContaining(['run', '-d', '--name', 'box', 'alpine']),
    },
    HostConfig: {
      ...{ Binds: [expect.stringMatching(/^\/tmp:\/data:ro,rprivate/)], NetworkMode: 'none', AutoRemove: false },
      ...{ RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 }, CapAdd: ['CAP_NET_ADMIN'], CapDrop: [] },
      ...{ ExtraHosts: ['db:10.0.0.1'], Tmpfs: { '/x': expect.any(String) }, ShmSize: 1_048_576, Privileged: false },
      ...{ Ulimits: [{ Name: 'RLIMIT_CORE', Soft: 0, Hard: 0 }], LogConfig: { Type: 'k8s-file', Path: seen.LogPath } },
    },
  })
})

test("a container in docker's words", async ({ tspod }) => {
  await using box = await tspod.start(...RUN)
  const { stdout } = await tspod.with(DOCKER, 'inspect', '/box')
  expect(stdout).toMatch(/^\[\n {4}\{\n {8}"Id": /)
  const [seen] = JSON.parse(stdout)
  expect(missing(seen, DOCKER_KEYS)).toEqual([])
  expect(seen).toMatchObject({
    ...{ Id: box.id, Name: '/box', Image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), ExecIDs: null },
    State: { Status: 'running', Running: true, Health: { Status: expect.stringMatching(/^(starting|healthy)$/) } },
    Config: { Image: 'alpine', Cmd: ['1000'], Entrypoint: ['sleep'], StopSignal: 'SIGHUP', Labels: { app: 'web' } },
    HostConfig: { Binds: ['/tmp:/data:ro'], LogConfig: { Type: 'json-file' }, IpcMode: 'private', PidMode: '' },
    NetworkSettings: { Networks: { none: {} }, Ports: { '90/udp': null } },
    Mounts: [{ Type: 'bind', Source: '/tmp', RW: false }],
  })
  expect(await tspod.with(DOCKER, 'inspect', '-f', '{{.State.Health.Nope}}', 'box')).toMatchObject({ exitCode: 1 })
})

describe('what a template gives', () => {
  test('of fields, labels, lists and states', async ({ tspod }) => {
    await using _box = await tspod.start(...RUN)
    // biome-ignore format: a table
    const cases = [
      ['{{.State.Status}} {{.Name}}', 'running box'],
      ['{{index .Config.Labels "app"}}', 'web'],
      ['{{range .Mounts}}{{.Destination}} {{.RW}}{{end}}', '/data false'],
      ['{{json .Config.Cmd}} {{len .Config.Env | lt 2}}', '["1000"] true'],
      ['{{if .State.Running}}up{{else}}down{{end}}', 'up'],
      ['{{.HostConfig.RestartPolicy.Name}}', 'on-failure'],
      ['{{with .Config.Healthcheck}}{{join .Test " "}}{{end}}', 'CMD-SHELL echo fine'],
    ] as const
    for (const [template, text] of cases) {
      expect(await tspod('inspect', '-f', template, 'box'), template).toMatchObject({
        stdout: `${text}\n`,
        exitCode: 0,
      })
    }
  })
})

test('several objects of several kinds; what is missing does not keep the others away', async ({ tspod }) => {
  await tspod('create', '--name', 'box', '--network=none', 'alpine', 'true')
  await tspod('volume', 'create', 'data')
  const { stdout } = await tspod('inspect', 'box', 'alpine', 'data')
  expect(JSON.parse(stdout)).toMatchObject([
    { Name: 'box' },
    { RepoTags: [expect.stringContaining('alpine')] },
    { Name: 'data' },
  ])

  const some = await tspod('inspect', 'box', 'nope')
  expect(some).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('nope') })
  expect(JSON.parse(some.stdout)).toMatchObject([{ Name: 'box', State: { Status: 'created', Pid: 0 } }])
  expect(await tspod('inspect', 'nope')).toMatchObject({ exitCode: 125, stdout: '[]\n' })
  expect(await tspod.with(DOCKER, 'inspect', 'nope')).toMatchObject({ exitCode: 1, stdout: '[]\n' })

  const isNot = (type: string, name: string) => tspod('inspect', '--type', type, name)
  expect(await isNot('image', 'box')).toMatchObject({ exitCode: 125 })
  expect(await isNot('volume', 'alpine')).toMatchObject({ exitCode: 125 })
  expect(await isNot('container', 'box')).toMatchObject({ exitCode: 0 })
  expect(await tspod('inspect', '-l', '-f', '{{.Name}}')).toMatchObject({ stdout: 'box\n' })
  expect(await tspod('container', 'inspect', '-f', '{{.Name}} {{.State.Status}}', 'box')).toMatchObject({
    stdout: 'box created\n',
  })
})

test('a template finds what JSON leaves out, as both engines have it', async ({ tspod }) => {
  await tspod('create', '--name', 'box', '--network=none', '-v', 'data:/d', 'alpine', 'true')
  await tspod('network', 'create', 'lan')
  const docker = (...words: string[]) => tspod.with(DOCKER, ...words)
  // biome-ignore format: a table
  for (const [call, command, template, text] of [
    [docker, 'inspect box',           '{{.State.Health}} {{.Config.Shell}} {{.HostConfig.Init}} {{.ID | len}}', '<nil> [] <nil> 64'],
    [docker, 'image inspect alpine',  '{{.Config.Healthcheck}} {{.Config.OnBuild}} {{.OsVersion}}',             '<nil> [] '],
    [docker, 'volume inspect data',   '{{.Status}} {{.UsageData}}',                                             'map[] <nil>'],
    [docker, 'network inspect lan',   '{{.Peers}} {{.ID | len}}',                                               '[] 64'],
    [docker, 'volume ls',             '{{.Links}} {{.Size}} {{.Name}}',                                         'N/A N/A data'],
    [docker, 'info',                  '{{len .RegistryConfig.IndexConfigs}} {{.DefaultAddressPools}}',          '1 []'],
    [tspod,  'inspect box',           '{{.Config.Healthcheck}} {{.State.Healthcheck.Status}} {{.LockNumber}}',  '<nil>  0'],
    [tspod,  'image inspect alpine',  '{{.HealthCheck}} {{.Config.Healthcheck}} {{.Config.ArgsEscaped}}',       '<nil> <nil> false'],
    [tspod,  'volume inspect data',   '{{.Status}} {{.Anonymous}} {{.UID}}',                                    'map[] false 0'],
    [tspod,  'volume ls',             '{{.Anonymous}}',                                                         'false'],
    [tspod,  'network inspect lan',   '{{.Routes}} {{range .Subnets}}{{.LeaseRange}}{{end}}',                   '[] <nil>'],
  ] as const) {
    const result = await call(...command.split(' '), command === 'volume ls' ? '--format' : '-f', template)
    expect(result, `${command} ${template}`).toEqual({ exitCode: 0, stdout: `${text}\n`, stderr: '' })
  }
})

test("docker's JSON by --format is on one line, and by a template a line for each", async ({ tspod }) => {
  await tspod('volume', 'create', 'one')
  await tspod('volume', 'create', 'two')
  const docker = (...words: string[]) => tspod.with(DOCKER, ...words)
  const lines = async (...words: string[]) =>
    (await docker('inspect', ...words, 'one', 'two')).stdout.trimEnd().split('\n')
  const named = [{ Name: 'one' }, { Name: 'two' }]
  expect((await lines('-f', '{{json .}}')).map((line) => JSON.parse(line))).toMatchObject(named)
  expect((await lines('-f', 'json')).map((line) => JSON.parse(line))).toMatchObject([named])
  expect((await lines()).slice(0, 2)).toEqual(['[', '    {'])
  for (const command of ['inspect one', 'volume ls', 'info', 'version']) {
    const wrong = await docker(...command.split(' '), '--format', '{{json}}')
    expect(wrong, command).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('want 1 got 0') })
  }
  expect(JSON.parse((await tspod('inspect', '-f', '{{json}}', 'one', 'two')).stdout)).toMatchObject(named)
})

test('a template that is wrong: 125; as docker 64 where it cannot be read, and 1 for a field', async ({ tspod }) => {
  await tspod('create', '--name', 'box', '--network=none', 'alpine', 'true')
  await tspod('volume', 'create', 'data')
  for (const template of ['{{.Nope}}', '{{.State', '{{range .Mounts}}', '{{nope .Name}}', '{{.Name.X}}']) {
    const wrong = expect.objectContaining({ stdout: '', stderr: expect.stringContaining('E_BAD_TEMPLATE') })
    expect(await tspod('inspect', '-f', template, 'box'), template).toEqual(wrong)
    expect((await tspod('inspect', '-f', template, 'box')).exitCode).toBe(125)
    const status = /Nope|X/.test(template) ? 1 : 64
    expect((await tspod.with(DOCKER, 'inspect', '-f', template, 'box')).exitCode, template).toBe(status)
    expect((await tspod.with(DOCKER, 'volume', 'inspect', '-f', template, 'data')).exitCode, template).toBe(status)
    expect((await tspod('volume', 'inspect', '-f', template, 'data')).exitCode, template).toBe(125)
  }
})

test('info and version: the fields that tools ask for, of both engines', async ({ tspod }) => {
  const podman = (template: string) => tspod('info', '-f', template)
  expect(
    await podman('{{.Host.Security.Rootless}} {{.Host.OCIRuntime.Name}} {{.Host.OS}} {{.Store.GraphDriverName}}'),
  ).toMatchObject({ stdout: 'true tspod linux overlay\n' })
  const { host, store, version, registries } = JSON.parse((await tspod('info', '--format', 'json')).stdout)
  expect(Object.keys(host)).toEqual(
    expect.arrayContaining([
      ...[
        'arch',
        'cgroupControllers',
        'cgroupManager',
        'cgroupVersion',
        'conmon',
        'cpuUtilization',
        'cpus',
        'distribution',
      ],
      ...[
        'eventLogger',
        'hostname',
        'idMappings',
        'kernel',
        'logDriver',
        'memFree',
        'memTotal',
        'networkBackend',
        'ociRuntime',
      ],
      ...['os', 'remoteSocket', 'security', 'serviceIsRemote', 'slirp4netns', 'swapFree', 'swapTotal', 'uptime'],
    ]),
  )
  expect(Object.keys(store)).toEqual(
    expect.arrayContaining([
      ...['configFile', 'containerStore', 'graphDriverName', 'graphOptions', 'graphRoot', 'graphRootAllocated'],
      ...['graphRootUsed', 'graphStatus', 'imageCopyTmpDir', 'imageStore', 'runRoot', 'volumePath'],
    ]),
  )
  expect([version.Os, registries.search]).toEqual(['linux', ['docker.io']])
  expect(host.idMappings.uidmap[0]).toMatchObject({ container_id: 0, host_id: process.getuid?.() })
  const docker = (...words: string[]) => tspod.with(DOCKER, ...words)
  expect(await docker('info', '-f', '{{.OSType}} {{.Driver}} {{.Swarm.LocalNodeState}}')).toMatchObject({
    stdout: 'linux overlay2 inactive\n',
  })
  const { stdout: number } = await tspod('version', '-f', '{{.Client.Version}}')
  expect(await tspod('version', '-f', '{{.Version}}')).toMatchObject({ stdout: number })
  expect(await docker('version', '-f', '{{.Server.Version}}')).toMatchObject({ stdout: number })
  expect(await docker('info', '-f', '{{.ServerVersion}}')).toMatchObject({ stdout: number })
  expect(await docker('version', '-f', '{{.Nope}}')).toMatchObject({ exitCode: 1 })
  expect(await docker('info', '-f', '{{.Nope')).toMatchObject({ exitCode: 64 })
  expect(await tspod('system', 'info', '-f', '{{.Nope}}')).toMatchObject({ exitCode: 125 })
})
