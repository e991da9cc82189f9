import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { busyboxImage } from '../support/busybox-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import { PARTS } from '../support/tspod.ts'

test('a container has seven namespaces of its own', async ({ tspod }) => {
  const kinds = ['user', 'mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup']
  const { stdout } = await tspod(
    'run',
    '--rm',
    '-q',
    '--network=none',
    'alpine',
    'sh',
    '-c',
    kinds.map((kind) => `readlink /proc/self/ns/${kind}`).join(';'),
  )
  const inside = stdout.trim().split('\n')
  expect(inside).toHaveLength(kinds.length)
  for (const [index, kind] of kinds.entries()) expect(inside[index]).not.toBe(readlinkSync(`/proc/self/ns/${kind}`))
})

test('two containers share neither user namespace nor processes', async ({ tspod }) => {
  await using one = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
  await using two = await tspod.start('--network=none', 'alpine', 'sleep', '1000')
  const namespaces = await Promise.all([one, two].map((box) => box.exec('readlink', '/proc/self/ns/user')))
  expect(namespaces[0]?.stdout).not.toBe(namespaces[1]?.stdout)
  expect((await one.exec('ps', '-o', 'args')).stdout.split('\n').filter((line) => line.includes('sleep'))).toHaveLength(
    1,
  )
})

test("capabilities are podman's eleven, and --cap-add and --cap-drop change them", async ({ tspod }) => {
  const mask = async (...options: string[]): Promise<string> => {
    const { stdout } = await tspod(
      'run',
      '--rm',
      '-q',
      '--network=none',
      ...options,
      'alpine',
      'grep',
      'Cap',
      '/proc/self/status',
    )
    return stdout.replace(/[ \t]+/g, ' ')
  }
  expect(await mask()).toBe(
    'CapInh: 0000000000000000\nCapPrm: 00000000800405fb\nCapEff: 00000000800405fb\nCapBnd: 00000000800405fb\nCapAmb: 0000000000000000\n',
  )
  expect(await mask('--cap-drop=all')).toContain('CapEff: 0000000000000000\nCapBnd: 0000000000000000')
  expect(await mask('--cap-add=net_raw')).toContain('CapEff: 00000000800425fb')
  expect(await mask('--user', '1000')).toContain(
    'CapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapBnd: 00000000800405fb',
  )
  expect(await mask('--privileged')).toMatch(/CapEff: 0000(00|01)ffffffffff/)
})

test('the default seccomp filter is on, refuses what it should, and can be turned off', async ({ tspod }) => {
  const status = (...options: string[]) =>
    tspod(
      'run',
      '--rm',
      '-q',
      '--network=none',
      ...options,
      'alpine',
      'grep',
      '-E',
      'Seccomp:|NoNewPrivs',
      '/proc/self/status',
    )
  expect((await status()).stdout).toBe('NoNewPrivs:\t0\nSeccomp:\t2\n')
  expect((await status('--security-opt', 'no-new-privileges')).stdout).toBe('NoNewPrivs:\t1\nSeccomp:\t2\n')
  expect((await status('--security-opt', 'seccomp=unconfined')).stdout).toBe('NoNewPrivs:\t0\nSeccomp:\t0\n')
  // keyctl is not in the profile; busybox has no program for it, but unshare(1) makes a call that needs CAP_SYS_ADMIN
  expect(
    (await tspod('run', '--rm', '-q', '--network=none', 'alpine', 'mount', '-t', 'tmpfs', 'none', '/mnt')).exitCode,
  ).not.toBe(0)
})

test('paths of the kernel are masked or read-only, /sys is read-only, /dev is minimal', async ({ tspod }) => {
  const script = [
    'wc -c < /proc/kcore 2>/dev/null || echo none',
    'ls /proc/acpi /proc/scsi /sys/firmware 2>/dev/null | grep -v : | tr -d "\\n"',
    'for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /sys/power/state /sys/kernel/uevent_helper; do (echo x > $f) 2>/dev/null && echo "wrote $f"; done',
    'ls /dev | tr "\\n" " "',
  ].join(';')
  const { stdout } = await tspod('run', '--rm', '-q', '--network=none', 'alpine', 'sh', '-c', script)
  expect(stdout).not.toContain('wrote')
  expect(stdout.split('\n').at(-1)).toBe(
    'core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero ',
  )
})

test('no descriptor of ours is open in the container', async ({ tspod }) => {
  for (const options of [[], ['-i'], ['-t']]) {
    const { stdout } = await tspod(
      ...['run', '--rm', '-q', '--network=none', ...options, 'alpine'],
      ...['sh', '-c', 'for fd in /proc/1/fd/*; do echo "${fd##*/}"; done'],
    )
    expect(
      stdout
        .trim()
        .split(/\r?\n/)
        .filter((name) => name !== '10'),
    ).toEqual(['0', '1', '2', '3'])
  }
  const { stdout } = await tspod(
    ...['run', '--rm', '-q', '--init', '--network=none', 'alpine'],
    ...['sh', '-c', 'ls /proc/1/fd; ls /proc/self/fd'],
  )
  expect(stdout).toBe('0\n1\n2\n3\n') // of the last, which reads a directory; init has none
})

test('the launcher cannot be reached or written through /proc from inside', async ({ tspod }) => {
  const launcher = join(PARTS, 'launcher')
  const before = readFileSync(launcher)
  // A program that is a link to /proc/self/exe is the launcher itself at the moment of execve.
  await tspod('run', '--rm', '-q', '--network=none', 'alpine', '/proc/self/exe', 'ops')
  const watcher =
    'i=0; while [ $i -lt 400 ]; do for p in /proc/[0-9]*; do if readlink $p/exe 2>/dev/null | grep -q launcher; then (echo broken > $p/exe) 2>/dev/null && echo WROTE; fi; done; i=$((i+1)); done; echo done'
  await using box = await tspod.start('--network=none', 'alpine', 'sh', '-c', watcher)
  const running = tspod('wait', box.id)
  for (let round = 0; round < 10; round++) await box.exec('true')
  await tspod('kill', box.id)
  await running
  expect((await tspod('logs', box.id)).stdout).not.toContain('WROTE')
  expect(readFileSync(launcher).equals(before)).toBe(true)
})

test('links in an image do not lead mounts out of the container', async ({ tspod, directory }) => {
  const outside = join(directory, 'outside')
  const source = join(directory, 'source')
  for (const path of [outside, source]) mkdirSync(path)
  writeFileSync(join(source, 'file'), 'bound\n')
  const links = [
    { name: `${outside.slice(1)}/`, type: 'directory', mode: 0o755 }, // so that they lead somewhere inside, too
    { name: 'absolute', type: 'symlink', linkname: outside },
    { name: 'upwards', type: 'symlink', linkname: `../../../../../../../..${outside}` },
  ] as const
  const name = `${inject('registry')}/links`
  await push(inject('registry'), 'links', 'latest', await busyboxImage({ extra: links }))
  for (const link of ['absolute', 'upwards']) {
    const options = ['--rm', '-q', '--network=none', '-v', `${source}:/${link}/mounted`, '-w', `/${link}/work`]
    const result = await tspod('run', ...options, name, 'sh', '-c', `pwd -P; cat ${outside}/mounted/file`)
    expect(result).toEqual({ exitCode: 0, stdout: `${outside}/work\nbound\n`, stderr: '' })
    expect(readdirSync(outside)).toEqual([])
  }
})

test('set-user-id programs on a volume give no rights', async ({ tspod, directory }) => {
  const script = 'cp /bin/busybox /host/su && chmod 4755 /host/su && chmod 755 /host'
  const shared = join(directory, 'shared')
  mkdirSync(shared)
  chmodSync(directory, 0o755)
  const volume = ['-q', '--rm', '--network=none', '-v', `${shared}:/host`]
  await tspod('run', ...volume, 'alpine', 'sh', '-c', script)
  // busybox's su wants to be root, and says so where it is not; else it asks for a password
  const own = await tspod(
    ...['run', ...volume, 'alpine', 'sh', '-c'],
    `${script.replaceAll('/host', '/opt')}; su alice -c "/opt/su root -c id"`,
  )
  expect(own.stdout).toContain('Password')
  const { stdout, stderr } = await tspod('run', ...volume, '-u', 'alice', 'alpine', '/host/su', 'root', '-c', 'id')
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: expect.stringContaining('must be suid') })
})
