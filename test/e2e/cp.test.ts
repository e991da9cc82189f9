import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { treeOf } from '../support/tree-of.ts'
import type { Tspod } from '../support/tspod.ts'

/** A container, running or stopped, whose program has made some files; removed at the end of the test. */
async function container(
  tspod: Tspod,
  options: readonly string[],
  script: string,
  isRunning = true,
): Promise<AsyncDisposable & { readonly id: string }> {
  const program = ['sh', '-c', `${script}; touch /tmp/ready; ${isRunning ? 'exec sleep 1000' : ''}`]
  const box = await tspod.start('--network=none', ...options, 'alpine', ...program)
  if (!isRunning) await tspod('wait', box.id)
  while (isRunning && (await box.exec('test', '-e', '/tmp/ready')).exitCode !== 0);
  return box
}

/** Source: the table in docker-cp(1). Each row has a directory of its own with `file` and `dir/` in it. */
// biome-ignore format: a table
const RULES = [
  // source       destination  what is there then, or what is wrong
  ['f',           'new',       { new: 'F' }],
  ['f',           'new/',      'E_NO_SUCH_FILE'],
  ['f',           'no/new',    'E_NO_SUCH_FILE'],
  ['f',           'file',      { file: 'F' }],
  ['f',           'file/',     'E_NOT_A_DIRECTORY'],
  ['f',           'file/new',  'E_NOT_A_DIRECTORY'],
  ['f',           'dir',       { 'dir/f': 'F' }],
  ['f',           'dir/',      { 'dir/f': 'F' }],
  ['f',           'dir/.',     { 'dir/f': 'F' }],
  ['f',           'dir/other', { 'dir/other': 'F' }],
  ['f/',          'new',       'E_NOT_A_DIRECTORY'],
  ['f/.',         'new',       'E_NOT_A_DIRECTORY'],
  ['d',           'new',       { 'new/x': 'X' }],
  ['d',           'new/',      { 'new/x': 'X' }],
  ['d',           'no/new',    'E_NO_SUCH_FILE'],
  ['d',           'file',      'E_NOT_A_DIRECTORY'],
  ['d',           'dir',       { 'dir/d/x': 'X' }],
  ['d/',          'dir/',      { 'dir/d/x': 'X' }],
  ['d/.',         'new',       { 'new/x': 'X' }],
  ['d/.',         'dir',       { 'dir/x': 'X' }],
  ['d/.',         'file',      'E_NOT_A_DIRECTORY'],
  ['d/../d',      'dir',       { 'dir/d/x': 'X' }],
  ['gone',        'new',       'E_NO_SUCH_FILE'],
  ['clash',       'over',      'E_CANNOT_OVERWRITE'],
  ['clash2',      'over',      'E_CANNOT_OVERWRITE'],
] as const

const BEFORE = { file: 'old', 'over/clash/y': 'Y', 'over/clash2': 'Z' }
const MAKE_SOURCES = 'mkdir -p s/d s/clash2; printf F > s/f; printf X > s/d/x; printf C > s/clash'
const MAKE_TARGETS = RULES.map(
  (_, row) =>
    `mkdir -p t/${row}/dir t/${row}/over/clash; printf old > t/${row}/file; printf Y > t/${row}/over/clash/y; printf Z > t/${row}/over/clash2`,
).join('; ')

describe.each(['running', 'stopped'] as const)("docker's rules, container %s", (state) => {
  test('into it', async ({ tspod, directory }) => {
    await tspod.with({}, 'unshare', 'sh', '-c', MAKE_SOURCES)
    await using box = await container(tspod, [], MAKE_TARGETS, state === 'running')
    const { id } = box
    const results = []
    for (const [row, [source, destination]] of RULES.entries()) {
      results.push(await tspod('cp', `s/${source}`, `${id}:/t/${row}/${destination}`))
    }
    await tspod('cp', `${id}:/t`, 'seen')
    check(results, join(directory, 'seen'))
  })

  test('out of it', async ({ tspod, directory }) => {
    await tspod.with({}, 'unshare', 'sh', '-c', MAKE_TARGETS)
    await using box = await container(tspod, [], MAKE_SOURCES, state === 'running')
    const { id } = box
    const results = []
    for (const [row, [source, destination]] of RULES.entries()) {
      results.push(await tspod('cp', `${id}:/s/${source}`, `t/${row}/${destination}`))
    }
    check(results, join(directory, 't'))
  })

  function check(results: readonly { exitCode: number; stderr: string }[], seen: string): void {
    for (const [row, [source, destination, expected]] of RULES.entries()) {
      const what = `${source} to ${destination}`
      const before: Record<string, string> = { ...BEFORE, dir: '/' }
      if (typeof expected === 'string') {
        expect(results[row], what).toMatchObject({ exitCode: 125, stderr: expect.stringContaining(`[${expected}]`) })
        expect(treeOf(join(seen, `${row}`)), what).toEqual(before)
        continue
      }
      expect(results[row], what).toEqual({ exitCode: 0, stdout: '', stderr: '' })
      if (Object.keys(expected).some((path) => path.startsWith('dir/'))) delete before['dir']
      expect(treeOf(join(seen, `${row}`)), what).toEqual({ ...before, ...expected })
    }
  }
})

test('--overwrite lets a file and a directory take the place of each other', async ({ tspod, directory }) => {
  await using box = await container(tspod, [], 'mkdir -p /t/a/deep; echo b > /t/b')
  const { id } = box
  mkdirSync(join(directory, 's/b'), { recursive: true })
  writeFileSync(join(directory, 's/a'), 'file')
  writeFileSync(join(directory, 's/b/x'), 'X')
  expect(await tspod('cp', 's/.', `${id}:/t`)).toMatchObject({ exitCode: 125 })
  expect(await tspod('cp', '--overwrite', 's/.', `${id}:/t`)).toMatchObject({ exitCode: 0 })
  await tspod('cp', `${id}:/t`, 'seen')
  expect(treeOf(join(directory, 'seen'))).toEqual({ a: 'file', 'b/x': 'X' })
})

describe('links', () => {
  test('docker copies the link, podman and -L what it leads to; a slash follows it', async ({ tspod, directory }) => {
    await using box = await container(tspod, [], 'mkdir /d; printf X > /d/x; ln -s d /ld; printf F > /f; ln -s /f /lf')
    const { id } = box
    const docker = (...args: string[]) => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)
    mkdirSync(join(directory, 'o'))
    expect(await docker('cp', `${id}:/lf`, 'o/docker')).toMatchObject({ exitCode: 0 })
    await docker('cp', '-L', `${id}:/lf`, 'o/followed')
    await docker('cp', `${id}:/ld`, 'o/dir-link')
    await docker('cp', `${id}:/ld/`, 'o/slash')
    await docker('cp', `${id}:/ld/.`, 'o/dot')
    await tspod('cp', `${id}:/lf`, 'o/podman')
    expect(treeOf(join(directory, 'o'))).toEqual({
      docker: '-> /f',
      followed: 'F',
      'dir-link': '-> d',
      'slash/x': 'X',
      'dot/x': 'X',
      podman: 'F',
    })
  })

  test("a relative path is one of docker's root, or of podman's working directory", async ({ tspod }) => {
    await using box = await container(tspod, ['-w', '/opt'], 'echo opt > /opt/here; echo root > /here')
    const { id } = box
    expect(await tspod('cp', `${id}:here`, '-')).toMatchObject({ stdout: expect.stringContaining('opt\n') })
    const docker = await tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, 'cp', `${id}:here`, '-')
    expect(docker.stdout).toContain('root\n')
  })

  test('those of a container lead nowhere outside of it', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'secret'), 'SECRET')
    mkdirSync(join(directory, 'keep'))
    const up = '../'.repeat(40)
    const script = [
      `ln -s ${directory}/secret /abs; ln -s ${up}${directory}/secret /rel; ln -s ${directory}/keep /dir`,
      `mkdir /d; ln -s ${directory}/keep /d/inner; ln -s ${up}proc/self/root${directory} /magic; ln -s loop /loop`,
    ].join('; ')
    for (const isRunning of [true, false]) {
      await using box = await container(tspod, [], script, isRunning)
      const { id } = box
      for (const path of ['abs', 'rel', 'magic/secret', 'loop', 'loop/x', 'dir/../secret']) {
        expect(await tspod('cp', `${id}:/${path}`, 'out'), path).toMatchObject({ exitCode: 125 })
      }
      expect(await tspod('cp', 'secret', `${id}:/dir/planted`)).toMatchObject({ exitCode: 125 })
      expect(await tspod('cp', 'secret', `${id}:/d/inner/planted`)).toMatchObject({ exitCode: 125 })
      // A link in a tree is a link in the copy, and nothing is put through it.
      await tspod('cp', `${id}:/d`, 'copied')
      expect(treeOf(join(directory, 'copied'))).toEqual({ inner: `-> ${directory}/keep` })
      mkdirSync(join(directory, 'mine/inner'), { recursive: true })
      writeFileSync(join(directory, 'mine/inner/planted'), '')
      expect(await tspod('cp', 'mine/.', `${id}:/d`)).toMatchObject({
        exitCode: 125,
        stderr: expect.stringContaining('E_CANNOT_OVERWRITE'),
      })
      expect(treeOf(join(directory, 'keep'))).toEqual({})
      await tspod('unshare', 'rm', '-rf', `${directory}/copied`)
    }
  })

  test('a dangling link as the destination is filled inside the container', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'f'), 'F')
    await using box = await container(tspod, [], 'ln -s /tmp/target /link')
    const { id } = box
    expect(await tspod('cp', 'f', `${id}:/link`)).toMatchObject({ exitCode: 0 })
    expect(await tspod('exec', id, 'cat', '/tmp/target')).toMatchObject({ stdout: 'F' })
  })

  test('a container that swaps directories for links while we copy gains nothing', async ({ tspod, directory }) => {
    mkdirSync(join(directory, 'host/d'), { recursive: true })
    writeFileSync(join(directory, 'host/d/secret'), 'SECRET')
    mkdirSync(join(directory, 'taken'))
    mkdirSync(join(directory, 'give/a/d'), { recursive: true })
    for (let i = 0; i < 20; i++) writeFileSync(join(directory, `give/a/d/file${i}`), 'given')
    const swap = `mkdir -p /w/a/d; echo mine > /w/a/d/secret; cd /w; (while :; do mv a/d a/e; ln -s ${directory}/host/d a/d; rm a/d; mv a/e a/d; mv a b; ln -s ${directory}/host a; rm a; mv b a; done) &`
    await using box = await container(tspod, [], `${swap} :`)
    const { id } = box
    for (let round = 0; round < 12; round++) {
      await tspod('cp', 'give/.', `${id}:/w`)
      await tspod('cp', `${id}:/w`, `taken/${round}`)
      await tspod('cp', `${id}:/w/a/d/secret`, `taken/${round}.file`)
    }
    expect(treeOf(join(directory, 'host'))).toEqual({ 'd/secret': 'SECRET' })
    const taken = Object.values(treeOf(join(directory, 'taken')))
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.filter((text) => text.includes('SECRET'))).toEqual([])
  })
})

describe('what is copied', () => {
  test('modes, times, holes, hard links and fifos survive; set-user-ID does not leave a container', async ({
    tspod,
    directory,
  }) => {
    mkdirSync(join(directory, 's'))
    const at = (name: string) => join(directory, 's', name)
    writeFileSync(at('script'), 'x')
    chmodSync(at('script'), 0o4755)
    utimesSync(at('script'), 1000, 1000)
    writeFileSync(at('one'), 'linked')
    linkSync(at('one'), at('two'))
    symlinkSync('one', at('link'))
    await tspod('unshare', 'sh', '-c', 'truncate -s 64M s/holes; echo end >> s/holes; mkfifo s/pipe')
    await using box = await container(tspod, [], ':')
    const { id } = box
    expect(await tspod('cp', 's', `${id}:/s`)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const look = 'cd /s; stat -c "%a %Y" script; stat -c %h one; readlink link; du -k holes | cut -f1; tail -c 4 holes'
    expect(await tspod('exec', id, 'sh', '-c', look)).toMatchObject({ stdout: '4755 1000\n2\none\n4\nend\n' })
    expect(await tspod('cp', `${id}:/s`, 'back')).toMatchObject({ exitCode: 0 })
    const back = (name: string) => statSync(join(directory, 'back', name))
    expect({ mode: back('script').mode & 0o7777, mtimeMs: back('script').mtimeMs }).toEqual({
      mode: 0o755,
      mtimeMs: 1e6,
    })
    expect([back('one').ino, back('holes').size, back('holes').blocks]).toEqual([back('two').ino, (64 << 20) + 4, 8])
    expect(back('pipe').isFIFO()).toBe(true)
  })

  test('whose it is then', async ({ tspod, directory }) => {
    writeFileSync(join(directory, 'f'), '')
    await using box = await container(tspod, ['-u', 'alice'], ':')
    const { id } = box
    const docker = (...args: string[]) => tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, ...args)
    await tspod('cp', 'f', `${id}:/tmp/podman`)
    await docker('cp', 'f', `${id}:/tmp/docker`)
    await tspod('exec', '-u', 'root', id, 'sh', '-c', 'touch /tmp/x; chown 33:44 /tmp/x')
    await tspod('cp', '-a', `${id}:/tmp/x`, `${id}:/tmp/kept`)
    await tspod('cp', `${id}:/tmp/x`, 'mine')
    const { stdout } = await tspod('exec', id, 'sh', '-c', 'cd /tmp; stat -c "%n %u:%g" podman docker kept')
    expect(stdout).toBe('podman 1000:1000\ndocker 0:0\nkept 33:44\n')
    expect(statSync(join(directory, 'mine')).uid).toBe(process.getuid?.())
    const { stdout: tar } = await tspod('cp', `${id}:/tmp/x`, '-')
    expect(tar.slice(108, 123)).toBe('0000041\x000000054')
  })

  test('devices and sockets are left out with a note, and so is what the kernel shows', async ({
    tspod,
    directory,
  }) => {
    mkdirSync(join(directory, 'bound'))
    writeFileSync(join(directory, 'bound/f'), 'f\n')
    await using box = await container(tspod, ['-v', `${directory}/bound:/d`], ':')
    const { id } = box
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(directory, 'bound/socket'), resolve))
    const copied = await tspod('cp', `${id}:/d`, 'd')
    server.close()
    expect(copied).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('/d/socket is left out: it is a socket'),
    })
    expect(treeOf(join(directory, 'd'))).toEqual({ f: 'f\n' })
    expect(await tspod('cp', `${id}:/dev/null`, 'null')).toMatchObject({
      stderr: expect.stringContaining('it is a device'),
    })
    await tspod('cp', `${id}:/proc`, 'proc')
    expect(treeOf(join(directory, 'proc'))).toEqual({})
  })

  test('a directory is not copied into itself', async ({ tspod }) => {
    await using box = await container(tspod, [], 'mkdir /d; echo x > /d/x')
    const { id } = box
    const copied = await tspod('cp', `${id}:/d`, `${id}:/d/inside`)
    expect(copied).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('cannot be copied into itself') })
    expect(await tspod('exec', id, 'find', '/d')).toMatchObject({ stdout: '/d\n/d/x\n/d/inside\n/d/inside/x\n' })
  })
})

test('volumes, binds and file systems in memory are seen as the container sees them', async ({ tspod, directory }) => {
  mkdirSync(join(directory, 'bound'))
  const options = [
    '-v',
    'kept:/vol',
    '-v',
    `${directory}/bound:/bound`,
    '-v',
    `${directory}/bound:/ro:ro`,
    '--tmpfs',
    '/mem',
  ]
  await using box = await container(tspod, options, 'echo v > /vol/v; echo m > /mem/m; echo b > /bound/b')
  const { id } = box
  writeFileSync(join(directory, 'f'), 'F')
  for (const path of ['vol', 'mem', 'bound', 'etc/hosts']) {
    expect(await tspod('cp', 'f', `${id}:/${path}`), path).toMatchObject({ exitCode: 0 })
  }
  expect(await tspod('cp', 'f', `${id}:/ro/`)).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('read-only'),
  })
  const look = 'cat /vol/v /vol/f /mem/m /mem/f /bound/b /bound/f /etc/hosts'
  expect(await tspod('exec', id, 'sh', '-c', look)).toMatchObject({ stdout: 'v\nFm\nFb\nFF' })
  await tspod('cp', `${id}:/mem`, 'mem')
  expect(treeOf(join(directory, 'mem'))).toEqual({ f: 'F', m: 'm\n' })
  await tspod('stop', '-t', '0', id)
  // What was in memory has gone, what was mounted from elsewhere is there.
  await tspod('cp', 'f', `${id}:/vol/late`)
  expect(await tspod('cp', 'f', `${id}:/ro/`)).toMatchObject({ exitCode: 125 })
  await tspod('cp', `${id}:/vol`, 'vol')
  expect(treeOf(join(directory, 'vol'))).toEqual({ f: 'F', late: 'F', v: 'v\n' })
  expect(treeOf(join(directory, 'bound'))).toEqual({ b: 'b\n', f: 'F' })
  expect(await tspod('run', '--rm', '--network=none', '-v', 'kept:/v', 'alpine', 'ls', '/v')).toMatchObject({
    stdout: 'f\nlate\nv\n',
  })
})

test('a file that is mounted gets what is copied to it, and stays mounted', async ({ tspod, directory }) => {
  for (const name of ['one', 'fixed']) writeFileSync(join(directory, name), 'before')
  mkdirSync(join(directory, 'bound'))
  writeFileSync(join(directory, 'bound/kept'), 'kept')
  writeFileSync(join(directory, 'f'), 'after')
  const binds = ['one:/one', 'fixed:/fixed:ro', 'bound:/bound'].flatMap((text) => ['-v', `${directory}/${text}`])
  await using box = await container(tspod, binds, 'true')
  const { id } = box
  for (const state of ['running', 'stopped']) {
    writeFileSync(join(directory, 'one'), 'before')
    expect(await tspod('cp', 'f', `${id}:/one`), state).toMatchObject({ exitCode: 0 })
    expect(readFileSync(join(directory, 'one'), 'utf8'), state).toBe('after')
    expect(await tspod('cp', 'f', `${id}:/fixed`), state).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('read-only'),
    })
    expect(await tspod('cp', '--overwrite', 'bound/kept', `${id}:/bound/.`), state).toMatchObject({ exitCode: 0 })
    if (state === 'running') await tspod('stop', '-t', '0', id)
  }
  expect(readFileSync(join(directory, 'fixed'), 'utf8')).toBe('before')
  expect(readFileSync(join(directory, 'bound/kept'), 'utf8')).toBe('kept')
})

test.for(['overlay', 'fuse-overlayfs', 'vfs'])(
  'on %s owners are those that a container with ids of its own sees, running and stopped',
  async (driver, { tspod, directory }) => {
    const on = (...args: string[]) => tspod('--storage-driver', driver, ...args)
    writeFileSync(join(directory, 'f'), 'F')
    await on('run', '-d', '--name', 'box', '--network=none', '--userns', 'keep-id', 'alpine', 'sleep', '1000')
    const me = `${process.getuid?.()}:${process.getgid?.()}`
    const docker = (...args: string[]) =>
      tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, '--storage-driver', driver, ...args)
    for (const state of ['running', 'stopped']) {
      await on('cp', 'f', `box:/tmp/${state}-mine`)
      await docker('cp', 'f', `box:/tmp/${state}-root`)
      if (state === 'running') await on('stop', '-t', '0', 'box')
    }
    await on('cp', 'box:/tmp/running-root', 'back')
    expect(statSync(join(directory, 'back')).uid).toBe(process.getuid?.())
    await on('start', 'box')
    const look = 'cd /tmp; stat -c "%n %u:%g" running-mine running-root stopped-mine stopped-root'
    expect(await on('exec', 'box', 'sh', '-c', look)).toMatchObject({
      stdout: `running-mine ${me}\nrunning-root 0:0\nstopped-mine ${me}\nstopped-root 0:0\n`,
    })
    await on('rm', '-f', '-t', '0', 'box')
  },
)

test('on fuse-overlayfs one that sees the processes of the host is copied from while it does not run', async ({
  tspod,
  directory,
}) => {
  const on = (...args: string[]) => tspod('--storage-driver', 'fuse-overlayfs', ...args)
  writeFileSync(join(directory, 'f'), 'F')
  for (const [name, flag] of [
    ['seer', '--pid=host'],
    ['guest', '--userns=container:seer'],
  ] as const)
    expect(await on('run', '-d', '--name', name, '--network=none', flag, 'alpine', 'sleep', '1000')).toMatchObject({
      exitCode: 0,
    })
  const refused = { exitCode: 125, stderr: expect.stringContaining('container seer sees the processes of the host') }
  for (const name of ['seer', 'guest']) expect(await on('cp', 'f', `${name}:/tmp`), name).toMatchObject(refused)
  await on('stop', '-t', '0', 'seer')
  expect(await on('cp', 'f', 'seer:/tmp')).toMatchObject({ exitCode: 0 })
})

test('a container that has never run', async ({ tspod, directory, host }) => {
  const { stdout } = await tspod(
    'create',
    '--network=none',
    '-v',
    'new:/new/volume',
    'alpine',
    'cat',
    '/put',
    '/new/volume/put',
  )
  const id = stdout.trim()
  writeFileSync(join(directory, 'put'), 'before\n')
  expect(await tspod('cp', 'put', `${id}:/`)).toMatchObject({ exitCode: 0 })
  expect(await tspod('cp', 'put', `${id}:/new/volume`)).toMatchObject({ exitCode: 0 })
  expect(host.traces()).toMatchObject({ mounts: [], processes: [] })
  expect(await tspod('start', '-a', id)).toMatchObject({ exitCode: 0, stdout: 'before\nbefore\n' })
})

test.for(['overlay', 'fuse-overlayfs', 'vfs'])(
  'on %s, running and stopped, between containers',
  async (driver, { tspod, directory, host }) => {
    const on = (...args: string[]) => tspod('--storage-driver', driver, ...args)
    mkdirSync(join(directory, 's/sub'), { recursive: true })
    writeFileSync(join(directory, 's/sub/x'), 'X')
    const start = async (name: string, program: string) =>
      await on('run', '-d', '--name', name, '--network=none', '-v', `${name}:/vol`, 'alpine', 'sh', '-c', program)
    await start('one', 'exec sleep 1000')
    await start('two', 'exec sleep 1000')
    expect(await on('cp', 's', 'one:/etc')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(await on('cp', 'one:/etc/s', 'two:/vol')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(await on('exec', 'two', 'cat', '/vol/s/sub/x')).toMatchObject({ stdout: 'X' })
    expect(await on('cp', 'one:/etc/s/.', 'two:/new')).toMatchObject({ exitCode: 0 })
    expect(await on('exec', 'two', 'cat', '/new/sub/x')).toMatchObject({ stdout: 'X' })
    await on('stop', '-t', '0', 'two')
    expect(await on('cp', 'one:/etc/s', 'two:/opt')).toMatchObject({ exitCode: 0 })
    expect(await on('cp', 'two:/vol/s', 'one:/opt')).toMatchObject({ exitCode: 0 })
    expect(await on('exec', 'one', 'cat', '/opt/s/sub/x')).toMatchObject({ stdout: 'X' })
    await on('cp', 'two:/opt', 'back')
    expect(treeOf(join(directory, 'back'))).toEqual({ 's/sub/x': 'X' })
    expect(await on('cp', 'one:/gone', 'x')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringContaining('E_NO_SUCH_FILE'),
    })
    const archive = await tspod.with({ input: Buffer.alloc(10240) }, '--storage-driver', driver, 'cp', '-', 'one:/tmp')
    expect(archive).toMatchObject({ exitCode: 0 })
    expect(await on('diff', 'two')).toMatchObject({ stdout: expect.stringContaining('A /opt/s/sub/x\n') })
    await on('rm', '-f', '-t', '0', 'one', 'two')
    expect(host.traces()).toMatchObject({ mounts: [], processes: [] })
  },
)
