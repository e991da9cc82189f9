import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { runChild } from '../../base/child.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import type { Tspod } from '../support/tspod.ts'

const sh = (tspod: Tspod, options: readonly string[], script: string) =>
  tspod('run', '--rm', '-q', '--network=none', ...options, 'alpine', 'sh', '-c', script)

const inspect = async (tspod: Tspod, name: string) => JSON.parse((await tspod('inspect', name)).stdout)[0]

describe('the environment', () => {
  // biome-ignore format: a table
  test.for([
    [['--env-host'],                                      'echo $FROM_HOST $_TSPOD_UID; echo $PATH | cut -c1-6', 'yes\n/usr/l\n'],
    [['--env-merge', 'PATH=/mine:${PATH}'],               'echo $PATH', '/mine:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n'],
    [['--unsetenv', 'HOME,container'],                    'env | grep -cE "^(HOME|container)="', '0\n'],
    [['--unsetenv-all', '-e', 'A=1'],                     'env | grep -cE "^(container|HOSTNAME)="; echo $A', '0\n1\n'],
    [['--http-proxy'],                                    'echo $all_proxy $HTTP_PROXY', 'http://all http://proxy\n'],
    [['--http-proxy=false'],                              'echo $all_proxy $HTTP_PROXY', '\n'],
    [['--umask', '0077'],                                 'umask; touch /x; stat -c %a /x', '0077\n600\n'],
    [['--init-path', '/bin/busybox'],                     'echo never', /applet not found/],
  ] as const)('%j', async ([options, script, expected], { tspod }) => {
    const env = { FROM_HOST: 'yes', all_proxy: 'http://all', HTTP_PROXY: 'http://proxy' }
    const args = ['run', '--rm', '-q', '--network=none', ...options, 'alpine', '/bin/sh', '-c', script]
    const { stdout, stderr } = await tspod.with({ env }, ...args)
    if (typeof expected === 'string') expect(stdout + stderr).toBe(expected)
    else expect(stdout + stderr).toMatch(expected)
  })

  test('--tz of a zone and of the host, where /etc/localtime is a link to nothing, too', async ({ tspod }) => {
    const extra = [{ name: 'etc/localtime', type: 'symlink', linkname: '/usr/share/zoneinfo/Etc/UTC' } as const]
    await push(inject('registry'), 'flags/zone', 'latest', await busyboxImage({ extra }))
    const bytes = readFileSync('/usr/share/zoneinfo/Asia/Tokyo').length
    const look = ['sh', '-c', 'cat /etc/localtime | wc -c']
    for (const image of ['alpine', 'flags/zone']) {
      const seen = await tspod('run', '--rm', '-q', '--network=none', '--tz', 'Asia/Tokyo', image, ...look)
      expect(seen).toEqual({ exitCode: 0, stdout: `${bytes}\n`, stderr: '' })
    }
    const local = runChild('/bin/sh', ['-c', 'cat /etc/localtime | wc -c'])?.stdout
    expect((await sh(tspod, ['--tz', 'local'], look[2] ?? '')).stdout).toBe(local)
    for (const zone of ['../../etc/passwd', 'No/Where', '/etc/localtime', 'posixrules/..'])
      expect(await sh(tspod, ['--tz', zone], 'true')).toMatchObject({ exitCode: 125 })
  })
})

describe('names and addresses', () => {
  test('hosts, resolv.conf and hostname say what was asked for, or are the image’s', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'base'), '1.2.3.4 base')
    const options = ['--dns', '9.9.9.9', '--dns-search', 'a.example,b.example', '--dns-option', 'ndots:3']
    const hosts = [
      '--hosts-file',
      `${directory}/base`,
      '--add-host',
      'x:10.0.0.1',
      '--hostname',
      'box',
      '--domainname',
      'd.org',
    ]
    const look = 'cat /etc/resolv.conf; grep -E "base|box|^10" /etc/hosts'
    expect((await sh(tspod, [...options, ...hosts], look)).stdout.split('\n')).toEqual(
      expect.arrayContaining([
        'search a.example b.example',
        'options ndots:3',
        'nameserver 9.9.9.9',
        '10.0.0.1\tx',
        '1.2.3.4 base',
        expect.stringMatching(/\tbox\.d\.org box /),
      ]),
    )
    const without = await sh(
      tspod,
      ['--no-hosts', '--no-hostname', '--dns', 'none'],
      'ls /etc/hosts /etc/hostname /etc/resolv.conf 2>&1 | grep -c "No such"',
    )
    expect(without.stdout).toBe('3\n')
    expect(await sh(tspod, ['--no-hosts', '--add-host', 'a:1.1.1.1'], 'true')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('exclude each other'),
    })
  })

  test('namespaces of the host', async ({ tspod }) => {
    expect((await sh(tspod, ['--uts=host'], 'hostname')).stdout).toBe(`${hostname()}\n`)
    const pids = await sh(
      tspod,
      ['--pid=host'],
      `test -d /proc/${process.pid} && tr '\\0' ' ' < /proc/${process.pid}/cmdline | grep -c vitest`,
    )
    expect(pids).toMatchObject({ exitCode: 0 })
    const ipc = runChild('/usr/bin/readlink', ['/proc/self/ns/ipc'])?.stdout
    const shared = await sh(tspod, ['--ipc=host', '--cgroupns=host'], 'readlink /proc/self/ns/ipc')
    expect(shared).toEqual({ exitCode: 0, stdout: ipc, stderr: '' })
    expect((await sh(tspod, ['--ipc=none'], 'mount | grep -c " /dev/shm "')).stdout).toBe('0\n')
  })

  test('another container’s network has its files', async ({ tspod }) => {
    await using box = await tspod.start(
      '--network=none',
      '--name',
      'net',
      '--add-host',
      'db:10.9.8.7',
      'alpine',
      'sleep',
      '1000',
    )
    const seen = await tspod(
      'run',
      '--rm',
      '-q',
      '--network',
      'container:net',
      'alpine',
      'sh',
      '-c',
      'grep -c ^10.9.8.7 /etc/hosts; readlink /proc/self/ns/net',
    )
    expect(seen.stdout).toBe(`1\n${(await box.exec('readlink', '/proc/self/ns/net')).stdout}`)
    expect(await inspect(tspod, box.id)).toBeDefined()
  })
})

describe('ports', () => {
  test.for(['slirp4netns', 'pasta'])('-p of %s leads from the host into the container', async (network, { tspod }) => {
    const options = ['--network', network, '-p', '127.0.0.1::8080', '-p', '127.0.0.1::8081/udp']
    const server = 'while :; do echo hello | nc -l -p 8080; done'
    await using box = await tspod.start(...options, '--name', 'web', 'alpine', 'sh', '-c', server)
    const ports: Record<string, { HostIp: string; HostPort: string }[]> = (await inspect(tspod, box.id)).NetworkSettings
      .Ports
    const [{ HostPort: port } = { HostPort: '' }] = ports['8080/tcp'] ?? []
    expect(Number(port)).toBeGreaterThan(1023)
    expect(ports['8081/udp']).toHaveLength(1)
    // It listens when its shell has come so far.
    const curl = [
      '-s',
      '--http0.9',
      '--retry',
      '50',
      '--retry-all-errors',
      '--retry-delay',
      '0',
      '--retry-max-time',
      '20',
      '-m',
      '2',
    ]
    expect(runChild('/usr/bin/curl', [...curl, `http://127.0.0.1:${port}/`])?.stdout).toBe('hello\n')
  })

  test('a port that is taken is said in one line, and nothing is left', async ({ tspod, host }) => {
    await using taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' ? address?.port : 0
    const run = await tspod('run', '--rm', '-q', '-p', `127.0.0.1:${port}:80`, 'alpine', 'true')
    expect(run).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining(`could not publish port 127.0.0.1:${port}/tcp: it is in use [E_PORT_IN_USE]`),
    })
    expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
    expect(await tspod('run', '--rm', '-q', '-p', '80:80', 'alpine', 'true')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringMatching(/could not publish port \S+:80\/tcp: it is for root alone \[E_PORT_NOT_ALLOWED\]/),
    })
  })

  test('-P publishes what the image exposes; without a network nothing is', async ({ tspod }) => {
    const image = await busyboxImage({ config: { ExposedPorts: { '80/tcp': {}, '53/udp': {} } } })
    await push(inject('registry'), 'flags/exposed', 'latest', image)
    await tspod('create', '-q', '--name', 'all', '-P', '--expose', '90', 'flags/exposed')
    expect(Object.keys((await inspect(tspod, 'all')).NetworkSettings.Ports).sort()).toEqual([
      '53/udp',
      '80/tcp',
      '90/tcp',
    ])
    const none = await tspod('create', '--network=none', '-p', '8080:80', 'flags/exposed')
    expect(none.stderr).toContain('ports are not published')
  })
})

describe('limits, knobs and the like', () => {
  test('--sysctl of its own namespaces alone', async ({ tspod }) => {
    const knobs = ['--sysctl', 'net.ipv4.ip_default_ttl=42', '--sysctl', 'kernel.shm_rmid_forced=1']
    expect((await sh(tspod, knobs, 'cat /proc/sys/net/ipv4/ip_default_ttl')).stdout).toBe('42\n')
    for (const [option, words] of [
      ['kernel.panic=1', 'not of a namespace'],
      ['net.core.somaxconn', 'not a knob'],
    ] as const)
      expect(await sh(tspod, ['--sysctl', option], 'true')).toMatchObject({
        exitCode: 125,
        stderr: expect.stringContaining(words),
      })
    const host = ['run', '--rm', '--network=host', '--sysctl', 'net.ipv4.ip_default_ttl=42', 'alpine', 'true']
    expect(await tspod(...host)).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('no network namespace of its own'),
    })
  })

  test('--oom-score-adj, raised as asked and lowered no further than our own', async ({ tspod }) => {
    const read = 'cat /proc/self/oom_score_adj'
    const own = readFileSync('/proc/self/oom_score_adj', 'utf8')
    expect((await sh(tspod, ['--oom-score-adj', '900'], read)).stdout).toBe('900\n')
    const lowered = await sh(tspod, ['--oom-score-adj', '-1000'], read)
    expect(lowered).toMatchObject({ stdout: own, stderr: expect.stringContaining('is below your own') })
  })

  test('flags of other engines without a meaning here are said so, those that would be missed are refused', async ({
    tspod,
  }) => {
    const passed = await sh(tspod, ['--isolation=default', '--memory-swappiness', '5', '--runtime=runc'], 'echo ok')
    expect(passed.stdout).toBe('ok\n')
    expect(passed.stderr).toBe(
      'warning: --isolation has no effect with tspod\nwarning: --memory-swappiness has no effect with tspod\n',
    )
    for (const option of ['--link=a:b', '--storage-opt=size=1g'])
      expect(await sh(tspod, [option], 'true')).toMatchObject({
        exitCode: 125,
        stderr: expect.stringContaining('is not supported'),
      })
  })

  test('--systemd sets a container up for an init', async ({ tspod }) => {
    const look = 'for d in /run /run/lock /tmp /var/log/journal; do stat -f -c %T $d; done; echo ${#container_uuid}'
    expect((await sh(tspod, ['--systemd=always'], look)).stdout).toBe('tmpfs\ntmpfs\ntmpfs\ntmpfs\n32\n')
    await tspod('create', '-q', '--name', 'init', '--network=none', 'alpine', '/sbin/init')
    expect((await inspect(tspod, 'init')).Config.StopSignal).toMatch(/^(37|SIGRTMIN\+3)$/)
    await tspod('create', '-q', '--name', 'not', '--network=none', '--systemd=false', 'alpine', '/sbin/init')
    expect((await inspect(tspod, 'not')).Config.StopSignal).toMatch(/^(15|SIGTERM)$/)
  })
})

describe('devices and root file systems', () => {
  test('--device binds one, a directory of them, or says what is missing', async ({ tspod, directory }) => {
    const seen = await sh(
      tspod,
      ['--device', '/dev/fuse', '--device', '/dev/null:/dev/x/mine:r'],
      'ls -l /dev/fuse /dev/x/mine | cut -c1; cat /dev/x/mine',
    )
    expect(seen).toMatchObject({ stdout: 'c\nc\n', stderr: expect.stringContaining('can write to /dev/x/mine') })
    expect((await sh(tspod, ['--device', '/dev/net:/dev/n'], 'ls /dev/n')).stdout).toBe('tun\n')
    // biome-ignore format: a table
    for (const [device, words] of [
      ['/dev/nope',         'the host has no device /dev/nope'],
      [`${directory}`,      'there is no device below'],
      ['/etc/passwd',       'is not a device'],
      ['dev/fuse',          'not a device'],
      ['nvidia.com/gpu=0',  'describes the device nvidia.com/gpu=0'],
    ] as const)
      expect(await sh(tspod, ['--device', device], 'true')).toMatchObject({ exitCode: 125, stderr: expect.stringContaining(words) })
    expect(await sh(tspod, ['--gpus', 'all'], 'true')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('nvidia.com/gpu=all'),
    })
  })

  test('--rootfs runs what is in a directory, and with :O leaves it as it is', async ({ tspod, directory }) => {
    const root = join(directory, 'tree')
    for (const name of ['bin', 'etc']) mkdirSync(join(root, name), { recursive: true })
    runChild('/bin/cp', ['/bin/busybox', join(root, 'bin/busybox')])
    writeFileSync(join(root, 'etc/passwd'), 'eve:x:0:0::/home/eve:/bin/sh\n')
    const run = (place: string, script: string) =>
      tspod('run', '--rm', '--network=none', '--rootfs', place, '/bin/busybox', 'sh', '-c', script)
    expect(await run(`${root}:O`, 'echo $HOME; /bin/busybox touch /new')).toMatchObject({
      exitCode: 0,
      stdout: '/home/eve\n',
    })
    expect(existsSync(join(root, 'new'))).toBe(false)
    expect(await run('./tree', '/bin/busybox touch /new')).toMatchObject({ exitCode: 0, stderr: '' })
    expect(existsSync(join(root, 'new'))).toBe(true)
    expect(await run('./nowhere', 'true')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('there is no directory'),
    })
    rmSync(root, { recursive: true, force: true })
  })
})

test('what is kept of a container: restart, health, log, annotations, ports', async ({ tspod }) => {
  const check = { Test: ['CMD', 'true'], Interval: 5_000_000_000, Retries: 7 }
  await push(inject('registry'), 'flags/health', 'latest', await busyboxImage({ config: { Healthcheck: check } }))
  const options = [
    '--restart',
    'on-failure:3',
    '--annotation',
    'a=b,c',
    '--health-timeout',
    '3s',
    '--log-opt',
    'max-size=10m',
    '--log-opt',
    'max-file=3',
  ]
  await tspod('create', '-q', '--name', 'kept', ...options, 'flags/health')
  const seen = await inspect(tspod, 'kept')
  expect(seen.HostConfig.RestartPolicy).toEqual({ Name: 'on-failure', MaximumRetryCount: 3 })
  expect(seen.Config.Annotations).toMatchObject({ a: 'b,c' })
  expect(seen.Config.Healthcheck).toMatchObject({
    Test: ['CMD', 'true'],
    Interval: 5_000_000_000,
    Timeout: 3_000_000_000,
    Retries: 7,
  })
  await tspod('create', '-q', '--name', 'same', '--health-cmd', '', 'flags/health')
  expect((await inspect(tspod, 'same')).Config.Healthcheck?.Test).toEqual(['CMD', 'true'])
  await tspod('create', '-q', '--name', 'without', '--no-healthcheck', 'flags/health')
  expect((await inspect(tspod, 'without')).Config.Healthcheck).toBeUndefined()
})

// biome-ignore format: a table
test.for([
  [['--restart', 'sometimes'],                     'no such policy'],
  [['--restart', 'always', '--rm'],                'exclude each other'],
  [['--log-driver', 'syslog'],                     'no such driver'],
  [['--log-driver', 'journald'],                   'systemd-journald, which does not run here'],
  [['--log-opt', 'max-siz=1'],                     'did you mean max-size?'],
  [['--health-cmd', 'x', '--health-interval', 'y'], 'not a duration'],
  [['--health-on-failure', 'kill'],                'there is no command for a health check'],
  [['--umask', '9'],                               'not an octal number'],
  [['--pid', 'container:nobody'],                  'no container nobody'],
  [['--requires', 'nobody'],                       'no container nobody'],
  [['--ipc', 'mine'],                              'no such namespace'],
  [['-p', '99999'],                                'a port is a number from 1 to 65535'],
  [['--mount', 'type=bnd,src=/a,dst=/b'],          'did you mean bind?'],
  [['-v', '/nowhere:/x'],                          'does not exist'],
  [['--attach', 'stdbad'],                         'must be one of stdin, stdout, stderr'],
  [['--cpus', '1', '--cpu-quota', '5000'],         'it says the same'],
  [['--memory-swap', '1g'],                        'there is no --memory'],
  [['--cpuset-cpus', 'a'],                         'not a list of numbers'],
  [['--annotation', 'x'],                          'it has no value'],
  [['--seccomp-policy', 'image'],                  'no profile is taken from an image'],
  [['--annotation', '=x'],                         'it has no name'],
] as const)('%j is refused, and nothing is left', async ([options, words], { tspod, host }) => {
  const result = await tspod('create', '-q', '--network=none', ...options, 'alpine', 'true')
  expect(result).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringContaining(words) })
  expect(host.traces()).toEqual({ mounts: [], processes: [], files: [] })
})
