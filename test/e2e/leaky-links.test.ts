import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../../base/child.ts'
import { test as base, expect } from '../support/fixtures.ts'
import { PARTS } from '../support/tspod.ts'

/**
 * What /proc shows of a process's descriptors and root leads out of any root file system. An image may have
 * links to it, and a call may name it. As in CVE-2024-21626, where a runtime's own descriptor led to the host.
 */
const test = base.extend<{ image: (name: string, script: string, ...changes: string[]) => Promise<void> }>({
  // alpine, after a script has changed its files
  image: async ({ tspod, directory }, use) => {
    const root = join(directory, 'rootfs')
    mkdirSync(root)
    await tspod('create', '-q', '--name', 'source', 'alpine')
    await tspod('export', '-o', join(directory, 'root.tar'), 'source')
    await tspod('rm', 'source')
    await use(async (name, script, ...changes) => {
      const shell = `set -e; tar -xf ../root.tar; chmod -R u+w .; ${script}; tar -cf ../changed.tar .; rm -rf "$PWD"/*`
      expect(runChild('sh', ['-c', shell], { cwd: root })).toMatchObject({ exitCode: 0 })
      const flags = changes.flatMap((change) => ['-c', change])
      expect(await tspod('import', '-q', ...flags, join(directory, 'changed.tar'), name)).toMatchObject({ exitCode: 0 })
    })
  },
})

const RUN = ['run', '--rm', '-q', '--network=none'] as const
const NUMBERS = Array.from({ length: 24 }, (_, at) => at)

test('no descriptor of the engine is a working directory', { timeout: 120_000 }, async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  for (const number of NUMBERS) {
    for (const path of [`/proc/self/fd/${number}`, `/proc/thread-self/fd/${number}`]) {
      const { exitCode, stdout } = await tspod(...RUN, '-w', path, 'alpine', 'ls')
      expect([125, 127], path).toContain(exitCode)
      expect(stdout, path).toBe('')
    }
  }
})

test('a running container is joined by nobody through one either', { timeout: 120_000 }, async ({ tspod }) => {
  await using box = await tspod.start('-q', '--network=none', 'alpine', 'sleep', 'inf')
  for (const number of NUMBERS) {
    const { exitCode, stdout } = await tspod('exec', '-w', `/proc/self/fd/${number}`, box.id, 'ls')
    expect([exitCode === 0, stdout], `${number}`).toEqual([false, ''])
  }
})

test('no program of the host is run through one', { timeout: 120_000 }, async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  for (const number of NUMBERS) {
    // a static one: it needs nothing of the host's but itself
    const path = `/proc/self/fd/${number}${'/..'.repeat(12)}${PARTS}/launcher`
    expect((await tspod(...RUN, 'alpine', path, 'ops')).stdout, path).toBe('')
  }
})

test('links of an image to descriptors make nothing on the host', { timeout: 120_000 }, async ({
  tspod,
  image,
  directory,
}) => {
  mkdirSync(join(directory, 'host'))
  for (const number of NUMBERS.slice(3, 12)) {
    const host = `/proc/self/fd/${number}${'/..'.repeat(12)}${directory}/host`
    await image('evil', `rm -rf etc; ln -s ${host} etc; ln -s ${host} x`)
    for (const flags of [
      [],
      ['-w', '/x/made'],
      ['-v', 'data:/x/data'],
      ['--tmpfs', '/x/tmp'],
      ['-v', '/dev/null:/x/file'],
    ]) {
      expect((await tspod(...RUN, ...flags, 'evil', 'ls', '/x/')).stdout).toBe('')
    }
  }
  expect(runChild('ls', ['-A', join(directory, 'host')])?.stdout).toBe('')
})

test('a working directory that was swapped for a link is none at the next start', async ({ tspod }) => {
  const script = 'ls -la . ; [ -L /app ] || { cd /; rmdir /app; ln -s /proc/self/fd/4 /app; }; exit 1'
  await tspod(
    'run',
    '-d',
    '-q',
    '--network=none',
    '--name',
    'box',
    '--restart=on-failure:3',
    '-w',
    '/app',
    'alpine',
    'sh',
    '-c',
    script,
  )
  await tspod('wait', 'box')
  await expect.poll(async () => (await tspod('start', 'box')).stderr).toContain('working directory')
  expect((await tspod('logs', 'box')).stdout).not.toMatch(/record|control/)
})

test('links that lead to nothing are followed inside, and what they lead to is made there', async ({
  tspod,
  image,
  directory,
}) => {
  const script = [
    'rm -rf run; ln -s /var/run2 run',
    'ln -sf ../run/systemd/resolve/stub-resolv.conf etc/resolv.conf',
    'ln -sf /data/./names/../hosts etc/hosts',
    `ln -s ${directory} outside`,
    'ln -s one one',
  ].join('; ')
  await image('links', script)
  const look =
    'cat /run/.containerenv /data/hosts /var/run2/systemd/resolve/stub-resolv.conf >/dev/null && ls -d /outside/made /var/run2'
  expect(await tspod(...RUN, '-v', 'data:/outside/made', 'links', 'sh', '-c', look)).toEqual({
    exitCode: 0,
    stdout: '/outside/made\n/var/run2\n',
    stderr: '',
  })
  expect(existsSync(join(directory, 'made'))).toBe(false)
  const round = await tspod(...RUN, '-v', 'data:/one/x', 'links', 'true')
  expect(round.exitCode).toBe(125)
  expect(round.stderr).toMatch(/^error: could not make \/one\/x: .*links/)
})

test('before its program runs, a process of the container has no directory and no namespace open', async ({
  tspod,
}) => {
  await using other = await tspod.start('-q', 'alpine', 'sleep', 'inf')
  const shared = ['network', 'pid', 'ipc', 'uts'].map((kind) => `--${kind}=container:${other.id}`)
  for (const flags of [
    ['-v', '/tmp:/x:ro', '-p', '127.0.0.1::80', '--health-cmd', 'true', '--tmpfs', '/y'],
    ['-t', '-i', '--network=none', '--timeout', '1000', '--bind-to=parent'],
    ['--userns=auto', '--init', '--read-only'],
    shared,
  ]) {
    const { stdout } = await tspod('create', '-q', ...flags, 'alpine', 'sleep', 'inf')
    const id = stdout.trim()
    await tspod('init', id)
    const pid = readFileSync(join(tspod.runroot, 'containers', id, 'record'), 'utf8').split(' ')[1]
    const { stdout: links } = await tspod('unshare', 'sh', '-c', `readlink /proc/${pid}/fd/*`)
    const open = links.trim().split('\n')
    expect(open.length, flags.join(' ')).toBeGreaterThan(3)
    expect(
      open.filter((link) => !/^(pipe:|socket:|anon_inode:|\/dev\/(null|pts\/\w+)$)/.test(link)),
      flags.join(' '),
    ).toEqual([])
  }
})

test('links of an image in place of /proc and /dev, with a volume that changes where they lead: nothing is unmasked', async ({
  tspod,
  image,
}) => {
  const run = ['run', '--rm', '-q', '--network=none'] as const
  await image('moved', 'rm -rf proc; mkdir -p vol p; ln -s /vol/proc proc; ln -s /p vol/proc', 'VOLUME /vol')
  const moved = await tspod(...run, 'moved', 'ls', '/p')
  expect(moved).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringMatching(/\/proc.*it is a link/) })

  const script = 'rm -rf dev; ln -s /vol/dev dev; mkdir -p vol/dev; ln -s /proc/sys/kernel/core_pattern vol/dev/null'
  await image('null', script, 'VOLUME /vol')
  const unmasked = await tspod(...run, 'null', 'cat', '/proc/keys')
  expect(unmasked).toMatchObject({ exitCode: 125, stdout: '', stderr: expect.stringMatching(/\/dev.*it is a link/) })
})

test('a null device of the user is what masks, or nothing starts', async ({ tspod, directory }) => {
  mkdirSync(join(directory, 'dev'))
  for (const name of ['null', 'pts', 'shm', 'mqueue']) mkdirSync(join(directory, 'dev', name))
  const { exitCode, stdout } = await tspod(
    ...RUN,
    '-v',
    `${directory}/dev/pts:/dev/null`,
    'alpine',
    'cat',
    '/proc/keys',
  )
  expect([exitCode, stdout]).toEqual([125, ''])
})

test('a device may be put at the root, whose directory is there', async ({ tspod }) => {
  const { stdout } = await tspod(...RUN, '--device', '/dev/null:/null', 'alpine', 'ls', '/null')
  expect(stdout).toBe('/null\n')
})
