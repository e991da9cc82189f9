import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { RunExplanation } from '../../engine/explain/explain-run.ts'
import { test as base, expect } from '../support/fixtures.ts'
import type { Result } from '../support/tspod.ts'

interface Home {
  /** writes a file of `~/.config/containers`; its path */
  write(file: string, text: string): string
  run(...argv: string[]): Promise<Result>
  /** who decided this, and what, without the directory of the files */
  explained(...argv: string[]): Promise<(subject: string) => string>
}

const test = base.extend<{ home: Home }>({
  home: async ({ tspod, directory }, use) => {
    const env = { CONTAINERS_CONF: '', XDG_CONFIG_HOME: join(directory, 'config'), http_proxy: 'http://proxy' }
    const files = join(directory, 'config/containers')
    await use({
      write(file, text) {
        const path = join(files, file)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
        return path
      },
      run: (...argv) => tspod.with({ env }, ...argv),
      async explained(...argv) {
        const result = await tspod.with({ env }, 'run', '--explain=json', ...argv)
        expect(result).toMatchObject({ exitCode: 0 })
        const { values } = JSON.parse(result.stdout) as RunExplanation
        return (subject) => {
          const found = values.find((value) => value.subject === subject)
          return found ? `${found.value} | ${found.decidedBy}`.replaceAll(`${files}/`, '') : 'nothing'
        }
      },
    })
  },
})

/** What a shell in the container makes of one line each. */
async function look(home: Home, options: readonly string[], lines: readonly string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await home.run(
    'run',
    '--rm',
    '-q',
    ...options,
    'alpine',
    'sh',
    '-c',
    lines.join('; '),
  )
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return stdout.split('\n').slice(0, -1)
}

const CONTAINERS = `[containers]
annotations = ["note=1"]
default_capabilities = ["CHOWN", "CAP_KILL"]
default_sysctls = ["net.core.somaxconn=321"]
default_ulimits = ["nofile=500:600"]
devices = ["/dev/null:/dev/nothing"]
dns_options = ["ndots:3"]
dns_searches = ["conf.example"]
dns_servers = ["9.9.9.9"]
env = ["FROM_CONF=conf", "PATH=/nowhere"]
host_containers_internal_ip = "10.9.8.7"
http_proxy = false
mounts = ["type=tmpfs,dst=/conf-tmp"]
netns = "none"
read_only = true
shm_size = "1m"
tz = "Asia/Tokyo"
umask = "0027"
utsns = "host"
volumes = ["conf-data:/conf-data"]
`

test('what the file says holds, a flag wins over it, and --explain names its lines', async ({ home }) => {
  home.write('containers.conf', CONTAINERS)
  const lines = [
    'echo $FROM_CONF $PATH $http_proxy',
    'grep CapBnd /proc/self/status',
    'cat /proc/sys/net/core/somaxconn',
    'ulimit -S -n; ulimit -H -n',
    'test -c /dev/nothing && echo device',
    'grep -E "^(options|search|nameserver)" /etc/resolv.conf | sort',
    'grep internal /etc/hosts | cut -c1-8',
    'ls /sys/class/net',
    'df -k /dev/shm | tail -1 | tr -s " " | cut -d" " -f2',
    'date +%Z',
    'umask',
    'touch /x 2>&1 | grep -o Read-only',
    'grep -oE " /conf-(tmp|data) " /proc/mounts | sort',
  ]
  expect(await look(home, [], lines)).toEqual([
    // The image has a PATH of its own.
    'conf /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'CapBnd:\t0000000000000021',
    '321',
    '500',
    '600',
    'device',
    'nameserver 9.9.9.9',
    'options ndots:3',
    'search conf.example',
    '10.9.8.7',
    'lo',
    '1024',
    'JST',
    '0027',
    'Read-only',
    ' /conf-data ',
    ' /conf-tmp ',
  ])

  const flags = [
    ...[
      '-e',
      'FROM_CONF=flag',
      '--http-proxy',
      '--cap-add',
      'SETUID',
      '--sysctl',
      'net.core.somaxconn=99',
      '--ulimit',
      'nofile=400',
    ],
    ...[
      '--dns',
      '1.1.1.1',
      '--dns-search',
      'flag.example',
      '--dns-option',
      'ndots:1',
      '--read-only=false',
      '--shm-size',
      '2m',
    ],
    ...['--tz', 'Etc/UTC', '--umask', '0077', '--tmpfs', '/conf-data', '--uts', 'private', '--hostname', 'own'],
  ]
  const changed = [
    'echo $FROM_CONF $http_proxy $HOSTNAME',
    ...lines.slice(1, 4),
    ...lines.slice(5, 6),
    ...lines.slice(8, 11),
    'touch /x && echo written',
    'grep -oE "^[a-z]+ /conf-data " /proc/mounts',
  ]
  expect(await look(home, flags, changed)).toEqual([
    'flag http://proxy own',
    'CapBnd:\t00000000000000a1',
    '99',
    '400',
    '400',
    'nameserver 1.1.1.1',
    'options ndots:1',
    'search flag.example',
    '2048',
    'UTC',
    '0077',
    'written',
    'tmpfs /conf-data ',
  ])

  const who = await home.explained('alpine')
  const flagged = await home.explained(...flags, 'alpine')
  // biome-ignore format: a table
  for (const [subject, byFile, byFlag] of [
    ['annotations',            'note=1 | containers.conf:2',                     undefined],
    ['capabilities',           'CHOWN KILL | containers.conf:3',                 'CHOWN KILL SETUID | containers.conf:3, --cap-add'],
    ['sysctls',                'net.core.somaxconn=321 | containers.conf:4',     undefined],
    ['ulimits',                'nofile=500:600 | containers.conf:5',                   'nofile=400:400 | containers.conf:5, --ulimit'],
    ['devices',                '/dev/null:/dev/nothing | containers.conf:6',     undefined],
    ['options of resolv.conf', 'ndots:3 | containers.conf:7',                    'nothing'],
    ['search domains',         'conf.example | containers.conf:8',               'nothing'],
    ['name servers',           '9.9.9.9 | containers.conf:9',                    '1.1.1.1 | --dns'],
    ['variable FROM_CONF',     'conf | containers.conf:10',                      'flag | --env'],
    ['address of host.containers.internal', '10.9.8.7 | containers.conf:11',    undefined],
    ["the caller's proxies",   'false | containers.conf:12',                     'nothing'],
    ['mount /conf-tmp',        expect.stringMatching(/\| containers\.conf:13$/), undefined],
    ['network',                'none | containers.conf:14',                      undefined],
    ['read-only root',         'yes | containers.conf:15',                       'no | --read-only'],
    ['size of /dev/shm',       '1m | containers.conf:16',                        '2m | --shm-size'],
    ['time zone',              'Asia/Tokyo | containers.conf:17',                'nothing'],
    ['umask',                  '0027 | containers.conf:18',                      'nothing'],
    ['mount /conf-data',       expect.stringMatching(/^volume conf-data .*\| containers\.conf:20$/), expect.stringMatching(/\| --tmpfs$/)],
  ] as const) {
    expect(who(subject), subject).toEqual(byFile)
    if (byFlag !== undefined) expect(flagged(subject), subject).toEqual(byFlag)
  }
})

test('drop-ins come after the file, and what a container was made with stays with it', async ({ home, directory }) => {
  const helpers = join(directory, 'helpers')
  mkdirSync(helpers)
  // It only stands there until it is asked to be a network.
  writeFileSync(join(helpers, 'slirp4netns'), `#!/bin/sh\ntouch ${directory}/asked\nexec slirp4netns "$@"\n`)
  chmodSync(join(helpers, 'slirp4netns'), 0o755)
  home.write(
    'containers.conf',
    `[containers]
init = true
log_driver = "json-file"
log_size_max = 10000
log_tag = "conf"
no_hosts = true
pidns = "host"
ipcns = "none"
[engine]
cgroup_manager = "cgroupfs"
detach_keys = "ctrl-a"
image_volume_mode = "ignore"
pull_policy = "never"
stop_timeout = 7
helper_binaries_dir = ["${helpers}"]
network_cmd_options = ["cidr=10.0.7.0/24"]
[network]
default_rootless_network_cmd = "slirp4netns"
`,
  )
  home.write('containers.conf.d/1.conf', '[containers]\nenv = ["A=1"]\npidns = "private"\n')
  home.write('containers.conf.d/2.conf', '[containers]\nenv = ["B=2", {append=true}]\n')
  expect(await home.run('create', 'alpine')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('image not known'),
  })
  const script = [
    'sh',
    '-c',
    'echo $A $B; [ $$ -gt 1 ] && echo under init; test -e /dev/shm/.; ip addr show tap0 | grep -o "10[.0-9]*/24"',
  ]
  const made = await home.run('create', '-q', '--pull=missing', '--name', 'box', 'alpine', ...script)
  expect(made).toMatchObject({ exitCode: 0 })
  const who = await home.explained('alpine')
  // biome-ignore format: a table
  for (const [subject, expected] of [
    ['pull policy',            'never | containers.conf:13'],
    ['init process',           'ours | containers.conf:2'],
    ['log driver',             'json-file | containers.conf:3'],
    ['options of the log',     'max-size=10000 tag=conf | containers.conf:4, containers.conf:5'],
    ['no /etc/hosts',          'true | containers.conf:6'],
    ['namespaces of its own',  expect.stringMatching(/pid.* \| containers\.conf\.d\/1\.conf:3, containers\.conf:8$/)],
    ['cgroup manager',         'cgroupfs | containers.conf:10'],
    ['detach keys',            'ctrl-a | containers.conf:11'],
    ["the image's volumes",    'ignore | containers.conf:12'],
    ['stop timeout',           '7 s | containers.conf:14'],
    ['options of slirp4netns', 'cidr=10.0.7.0/24 | containers.conf:16'],
    ['network',                expect.stringMatching(/^slirp4netns \| containers\.conf:18/)],
    ['variable A',             '1 | containers.conf.d/1.conf:2, containers.conf.d/2.conf:2'],
  ] as const) {
    expect(who(subject), subject).toEqual(expected)
  }
  home.write('containers.conf', '')
  expect(await home.run('start', '-a', 'box')).toEqual({
    exitCode: 0,
    stdout: '1 2\nunder init\n10.0.7.100/24\n',
    stderr: '',
  })
  expect(existsSync(join(directory, 'asked'))).toBe(true)
  const [inspected] = JSON.parse((await home.run('inspect', 'box')).stdout)
  expect(inspected).toMatchObject({
    Config: { StopTimeout: 7 },
    HostConfig: { LogConfig: { Type: 'json-file', Config: null, Tag: 'conf', Size: '10000B' }, IpcMode: 'none' },
  })
})

test('pasta with options of the file', async ({ home }) => {
  home.write(
    'containers.conf',
    '[network]\ndefault_rootless_network_cmd = "pasta"\npasta_options = ["-a", "10.7.7.2", "-n", "24", "-g", "10.7.7.1", "--ns-ifname", "conf0"]\n',
  )
  expect(await look(home, [], ['ip addr show conf0 | grep -o "10[.0-9]*/24"'])).toEqual(['10.7.7.2/24'])
  const who = await home.explained('alpine')
  expect(who('network')).toMatch(/^pasta \| containers\.conf:2/)
  expect(who('options of pasta')).toMatch(/\| containers\.conf:3$/)
})

test('a profile, keep-id, and a limit on processes where one can be kept', async ({ home, tspod, directory }) => {
  const profile = join(directory, 'profile.json')
  const refuse = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 5 }]
  writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: refuse }))
  home.write(
    'containers.conf',
    `[containers]\nuserns = "keep-id"\npids_limit = 77\nseccomp_profile = "${profile}"\nnetns = "none"\n`,
  )
  const [id, refused] = await look(home, [], ['id -u', 'mkdir /tmp/x 2>&1 | grep -o "Input/output error"'])
  expect([id, refused]).toEqual([`${process.getuid?.()}`, 'Input/output error'])
  const who = await home.explained('alpine')
  expect(who('user namespace')).toMatch(/\| containers\.conf:2$/)
  expect(who('seccomp profile')).toBe(`${profile} | containers.conf:4`)
  const { stdout } = await tspod('info', '--format', '{{json .Host.CgroupControllers}}')
  const isLimited = (JSON.parse(stdout) as string[]).includes('pids')
  expect(who('pids limit')).toBe(isLimited ? '77 | containers.conf:3' : 'nothing')
  expect((await home.explained('--userns=host', '--pids-limit=5', 'alpine'))('pids limit')).toBe('5 | --pids-limit')
})

test('a slip names file and line, and leaves nothing', async ({ home, tspod }) => {
  const path = home.write('containers.conf', '[containers]\nvolumes = ["/a:b"]\n')
  const refused = {
    exitCode: 125,
    stdout: '',
    stderr: expect.stringContaining(`error: ${path}:2: containers.volumes: `),
  }
  expect(await home.run('run', '-q', 'alpine', 'true')).toEqual(refused)
  home.write('containers.conf', '[containers]\nenv = [\n')
  expect(await home.run('pull', '-q', 'alpine')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(new RegExp(`^error: ${path}:\\d: .*\\[E_BAD_CONFIG\\]\n$`)),
  })
  expect((await tspod('ps', '-aq')).stdout).toBe('')
  home.write('containers.conf', '[containers]\ntypo = 1\nnetns = "none"\n')
  expect(await home.run('run', '-q', 'alpine', 'true')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  const told = await home.run('run', '--log-level=debug', '-q', 'alpine', 'true')
  expect(told.stderr).toBe(`debug: containers.conf: unknown setting at ${path}:2: containers.typo\n`)
  const env = {
    CONTAINERS_CONF: path,
    CONTAINERS_CONF_OVERRIDE: home.write('last.conf', '[containers]\nenv = ["LAST=1"]\n'),
  }
  const last = await tspod.with({ env }, 'run', '--rm', '-q', 'alpine', 'sh', '-c', 'echo $LAST; ls /sys/class/net')
  expect(last).toEqual({ exitCode: 0, stdout: '1\nlo\n', stderr: '' })
})

test('proxies, tries and compression of pulls and pushes', async ({ home, tspod, directory }) => {
  const engine =
    'env = ["HTTPS_PROXY=http://127.0.0.1:9"]\nretry = 1\nretry_delay = "1ms"\ncompression_format = "zstd"\n'
  home.write('containers.conf', `[engine]\n${engine}compression_level = 3\nimage_parallel_copies = 1\n`)
  const none = await home.run('pull', 'registry.invalid/none')
  expect(none).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/^[^\n]*127\.0\.0\.1:9: [^\n]*trying again\n(?!.*trying again)/s),
  })
  await tspod('pull', '-q', 'alpine')
  expect(await home.run('push', '-q', '--force-compression', 'alpine', `dir:${directory}/pushed`)).toMatchObject({
    exitCode: 0,
  })
  expect(readFileSync(join(directory, 'pushed/manifest.json'), 'utf8')).toContain('tar+zstd')
  home.write('containers.conf', '[engine]\ncompression_level = 20\n')
  const refused = await home.run('push', '-q', 'alpine', `dir:${directory}/refused`)
  expect(refused).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('compression_level must be from 1 to 9'),
  })
})

const network = async (home: Home, name: string) =>
  (await home.run('network', 'inspect', '-f', '{{.Name}} {{(index .Subnets 0).Subnet}}', name)).stdout.trim()

test('the default network has the name and subnet of the file, and others are parts of its pools', async ({ home }) => {
  const write = (...lines: string[]) => home.write('containers.conf', ['[network]', ...lines, ''].join('\n'))
  const inIt = ['run', '--rm', '-q', '--network', 'bridge', 'alpine', 'ip', '-4', '-o', 'addr', 'show', 'eth0']
  write('default_subnet = "10.207.0.0/24"')
  expect((await home.run(...inIt)).stdout).toContain('inet 10.207.0.2/24 ')
  expect(await network(home, 'podman')).toBe('podman 10.207.0.0/24')
  expect((await home.run('create', '-q', '--name', 'c', '--network', 'bridge', 'alpine', 'true')).exitCode).toBe(0)
  // Where a container is in it, it stays.
  write()
  expect(await network(home, 'bridge')).toBe('podman 10.207.0.0/24')
  await home.run('rm', 'c')
  expect(await network(home, 'bridge')).toBe('podman 10.88.0.0/16')
  const pools = 'default_subnet_pools = [{base = "10.208.0.0/26", size = 27}]'
  write('default_network = "shop"', 'default_subnet = "10.207.1.0/24"', pools, 'dns_bind_port = 5353')
  expect(await home.run(...inIt)).toMatchObject({ stdout: expect.stringContaining('inet 10.207.1.2/24 '), stderr: '' })
  expect((await home.run('network', 'ls', '-q')).stdout).toBe('shop\n')
  expect((await home.run('network', 'rm', 'shop')).stderr).toContain('[E_NETWORK_BUILT_IN]')
  for (const [name, subnet] of [
    ['a', '10.208.0.0/27'],
    ['b', '10.208.0.32/27'],
  ] as const) {
    const made = await home.run('network', 'create', name)
    expect(made.stderr).toMatch(/^warning: .*containers\.conf:5: dns_bind_port has no effect: .*\n$/)
    expect(await network(home, name)).toBe(`${name} ${subnet}`)
  }
  expect((await home.run('network', 'create', 'c')).stderr).toContain('[E_NO_SUBNET]')
  // One that somebody made is left as it is.
  write('default_network = "a"', 'default_subnet = "10.207.2.0/24"')
  expect(await network(home, 'bridge')).toBe('a 10.208.0.0/27')
  write('default_subnet = "10.208.0.0/16"')
  expect((await home.run(...inIt)).stderr).toMatch(
    /containers\.conf:2: the subnet 10\.208\.0\.0\/16 overlaps 10\.208\.0\.\d+\/27 of the network [ab] \[E_SUBNET_IN_USE\]/,
  )
  expect(await home.run('network', 'ls', '-q')).toEqual({
    ...{ exitCode: 0, stdout: 'a\nb\n', stderr: expect.stringMatching(/^warning: [^\n]+ of the network [ab]\n$/) },
  })
  expect((await home.run('network', 'rm', 'b')).exitCode).toBe(0)
  write('default_subnet = "169.254.219.0/24"')
  expect((await home.run(...inIt)).stderr).toMatch(
    /containers\.conf:2: the subnet [^\n]+ overlaps 169\.254\.219\.0\/25, by/,
  )
})

// biome-ignore format: a table
test.for([
  ['default_network = "host"', 'a network cannot be called host'],
  ['default_network = "a/b"', 'is not a name for a network'],
  ['default_subnet = "10.0.0.1/24"', 'is an address in a subnet'],
  ['default_subnet = "fd00::/64"', 'not of version 4'],
  ['default_subnet_pools = [{base = "10.0.0.0/8", size = 7}]', 'the size 7 is not from 8 to 30'],
  ['default_subnet_pools = [{base = "10.0.0.0", size = 24}]', 'is no subnet'],
  ['dns_bind_port = 70000', 'must be from 0 to 65535'],
] as const)('%s: %s', async ([line, why], { home }) => {
  home.write('containers.conf', `[network]\n${line}\n`)
  const { exitCode, stderr } = await home.run('network', 'create', 'x')
  expect(exitCode).toBe(125)
  expect(stderr).toMatch(/^error: [^\n]*containers\.conf:2: [^\n]*\[E_BAD_CONFIG\]\n(hint: [^\n]+\n)?$/)
  expect(stderr).toContain(why)
})
