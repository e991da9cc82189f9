import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { inject } from 'vitest'
import { tar } from '../../storage/layers/tar-builder.ts'
import { leftoversIn, listTar, peer } from '../support/archives.ts'
import { busyboxImage } from '../support/busybox-image.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import type { TarEntry } from '../support/tar-image.ts'
import type { RunningContainer, Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

/** Something of each kind that can be changed. */
const CHANGES = [
  'echo new > /new; ln /new /hard; ln -s /nowhere /soft; mkfifo /pipe; mkdir -p /a/b; chown 33:44 /a/b',
  'rm /etc/noexec; rm -r /data/gone; rm -r /data/opaque; mkdir /data/opaque; echo shown > /data/opaque/shown',
  'chmod 4755 /bin/busybox; touch -d @1000 /etc/os-release; echo more >> /etc/group; touch "/name with ünd"',
  'echo 42 > /run/my.pid; ln -s /etc /data/link',
].join('; ')

const LOOK = [
  'cat /new /hard /data/opaque/shown /run/my.pid; readlink /soft; test -p /pipe && echo pipe',
  "stat -c '%n %a %u:%g %Y %h' /a/b /bin/busybox /etc/os-release /new | sed 's/ [0-9]\\{10\\} / - /'",
  'ls /data /data/opaque /data/gone /etc/noexec 2>&1; tail -n 1 /etc/group; ls / | grep name',
].join('; ')

test('a file that pretends to be larger than any disk is refused, and nothing is left', async ({ tspod, host }) => {
  await using box = await tspod.start('-q', '--network=none', 'alpine', 'sleep', '1000')
  await box.exec('dd', 'if=/dev/null', 'of=/huge', 'bs=1M', 'seek=4M')
  const before = host.traces()
  for (const args of [
    ['commit', '-q', box.id, 'huge'],
    ['export', '-o', 'huge.tar', box.id],
  ]) {
    expect(await tspod(...args)).toMatchObject({
      exitCode: 125,
      stderr: expect.stringMatching(/^error: "huge" is 4398046511104 bytes long.*\[E_TAR_TOO_LARGE\]\n/),
    })
  }
  expect(host.traces()).toEqual(before)
})

// podman and docker have containers of other storage drivers made with these names.
test.for(['overlay', 'fuse-overlayfs', 'vfs'])(
  'commit of a container on %s has what it changed and no more',
  async (driver, { tspod, directory }) => {
    await published()
    const root = driverOver(tspod, driver)
    expect(
      (await root('run', '--name', 'made', '--network=none', 'commit/base', 'sh', '-c', `${CHANGES}; ${LOOK}`))
        .exitCode,
    ).toBe(0)
    const expected = (await root('logs', 'made')).stdout
    expect(expected.split('\n').length).toBeGreaterThan(15)
    const committed = await root('commit', '-q', 'made', 'commit/changed:v1')
    expect(committed).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/), stderr: '' })
    const after = await root('run', '--rm', '--network=none', 'commit/changed:v1', 'sh', '-c', LOOK)
    expect(after).toEqual({ exitCode: 0, stdout: expected, stderr: '' })

    const [layer = ''] = await layersOf(tspod, 'commit/changed:v1', directory)
    const names = listTar(layer)
    expect(names).toEqual(
      expect.arrayContaining(['etc/.wh.noexec', 'data/.wh.gone', 'new', 'hard', 'pipe', 'run/my.pid']),
    )
    expect(names).not.toContain('etc/passwd')
    expect(
      names.filter((name) => !/opq$/.test(name) && /hosts|resolv|hostname|containerenv|^(proc|sys|dev)\/./.test(name)),
    ).toEqual([])
    // Whatever marks what is hidden, an engine that takes it apart sees the same.
    await root('push', '-q', 'commit/changed:v1', 'oci:layout:v1')
    peer('umoci', 'unpack', '--rootless', '--image', `${directory}/layout:v1`, `${directory}/bundle`)
    const at = (path: string) => join(directory, 'bundle/rootfs', path)
    expect(['data/gone', 'etc/noexec', 'data/opaque/hidden'].filter((path) => existsSync(at(path)))).toEqual([])
    expect(readFileSync(at('data/opaque/shown'), 'utf8')).toBe('shown\n')
    expect(statSync(at('new')).ino).toBe(statSync(at('hard')).ino)
  },
)

test('the configuration is that of the image, of the container, and of the changes', async ({ tspod }) => {
  await published()
  const flags = [
    '-e',
    'FROM=container',
    '-l',
    'of=container',
    '-w',
    '/tmp',
    '-u',
    '1000:1000',
    '--stop-signal',
    'SIGINT',
    '-v',
    '/extra',
  ]
  await tspod('run', '--name', 'made', '--network=none', ...flags, 'commit/base', 'sh', '-c', 'true')
  const changes = [
    'CMD ["cat", "/etc/group"]',
    'ENTRYPOINT exec busybox',
    'ENV A=1 B="two $FROM words"',
    'ENV OLD the old form',
    'EXPOSE 80 8000-8001/udp',
    'LABEL made=here of=commit',
    'ONBUILD RUN true',
    'STOPSIGNAL SIGQUIT',
    'USER alice',
    'VOLUME ["/data"]',
    'WORKDIR sub',
    'HEALTHCHECK --interval=5s --retries=3 CMD true',
  ]
  const options = ['-a', 'An Author', '-m', 'a message', '--include-volumes', '--iidfile', 'id']
  const committed = await tspod(
    'commit',
    ...options,
    ...changes.flatMap((change) => ['--change', change]),
    'made',
    'changed',
  )
  expect(committed.exitCode, committed.stderr).toBe(0)
  expect(readFileSync(join(tspod.root, '../id'), 'utf8')).toBe(committed.stdout.trim())
  const config = await configOf(tspod, committed.stdout.trim())
  expect(config).toMatchObject({ author: 'An Author', architecture: expect.any(String), os: 'linux' })
  expect(config['config']).toEqual({
    Cmd: ['cat', '/etc/group'],
    Entrypoint: ['/bin/sh', '-c', 'exec busybox'],
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'FROM=container',
      'A=1',
      'B=two container words',
      'OLD=the old form',
    ],
    ExposedPorts: { '80/tcp': {}, '8000/udp': {}, '8001/udp': {} },
    Labels: { of: 'commit', made: 'here' },
    OnBuild: ['RUN true'],
    StopSignal: 'SIGQUIT',
    User: 'alice',
    Volumes: { '/extra': {}, '/data': {} },
    WorkingDir: '/tmp/sub',
    Healthcheck: { Test: ['CMD-SHELL', 'true'], Interval: 5e9, Retries: 3 },
  })
  expect(config['history']).toMatchObject([{}, { created_by: 'sh -c true', author: 'An Author', comment: 'a message' }])
  expect((await tspod('image', 'tree', 'changed')).stdout).toContain('commit/base')
})

test('file capabilities and attributes go with a file', async ({ tspod, directory }) => {
  await published()
  await using box = await tspod.start('--network=none', 'commit/base', 'sleep', 'inf')
  const file = join(tspod.root, 'containers', box.id, 'upper/capable/busybox')
  await box.exec('sh', '-c', 'mkdir /capable; cp /bin/busybox /capable/')
  await tspod('unshare', 'setcap', 'cap_net_bind_service+ep', file)
  await tspod('unshare', 'setfattr', '-n', 'user.colour', '-v', 'green', file)
  expect(await tspod('commit', '-q', box.id, 'capable')).toMatchObject({ exitCode: 0 })
  const status = '/capable/busybox grep CapEff /proc/self/status'
  const run = await tspod('run', '--rm', '--network=none', '--user=1000', 'capable', 'sh', '-c', status)
  expect(run.stdout, run.stderr).toBe('CapEff:\t0000000000000400\n')
  const [layer = ''] = await layersOf(tspod, 'capable', directory)
  expect(readFileSync(layer, 'latin1')).toMatch(/SCHILY.xattr.user.colour=green\n/)
  expect(readFileSync(layer, 'latin1')).not.toContain('user.overlay')
})

test('--squash makes one layer, --format docker a manifest of docker', async ({ tspod }) => {
  await published()
  await tspod('run', '--name', 'made', '--network=none', 'commit/base', 'sh', '-c', CHANGES)
  await tspod('commit', '-q', '--squash', 'made', 'flat')
  await tspod('commit', '-q', '-f', 'docker', 'made', 'docker')
  const inspect = async (name: string, format: string) =>
    (await tspod('image', 'inspect', '--format', format, name)).stdout
  expect(await inspect('flat', '{{len .RootFS.Layers}}')).toBe('1\n')
  expect(await inspect('docker', '{{len .RootFS.Layers}} {{.ManifestType}}')).toBe(
    '2 application/vnd.docker.distribution.manifest.v2+json\n',
  )
  const looks = await Promise.all(
    ['flat', 'docker'].map((name) => tspod('run', '--rm', '--network=none', name, 'sh', '-c', LOOK)),
  )
  expect(looks[0]).toMatchObject({ exitCode: 0, stderr: '' })
  expect(looks[1]).toEqual(looks[0])
})

test('a container that is committed with --pause stands still meanwhile, and goes on', async ({ tspod }) => {
  await published()
  const script = 'i=0; while true; do i=$((i+1)); echo $i > /t; mv /t /one; echo $i > /t; mv /t /two; done'
  await using box = await tspod.start('--network=none', 'commit/base', 'sh', '-c', script)
  await until('it counts', () => existsSync(join(tspod.root, 'containers', box.id, 'upper/two')))
  expect(await tspod('commit', '-q', '--pause', box.id, 'paused')).toMatchObject({ exitCode: 0, stderr: '' })
  const read = await tspod('run', '--rm', '--network=none', 'paused', 'cat', '/one', '/two')
  const [one = 0, two = 0] = read.stdout.trim().split('\n').map(Number)
  expect(one - two).toBeGreaterThanOrEqual(0)
  expect(one - two).toBeLessThanOrEqual(1)
  const before = Number((await box.exec('cat', '/one')).stdout)
  let after = before
  for (const endMs = performance.now() + 10_000; after <= before && performance.now() < endMs; )
    after = Number((await box.exec('cat', '/one')).stdout)
  expect(after).toBeGreaterThan(before)
})

test('export has the files of a container, running or not, and import makes an image of them', async ({
  tspod,
  directory,
}) => {
  await published()
  await using box = await tspod.start(
    '--network=none',
    '-v',
    'volume:/mounted',
    'commit/base',
    'sh',
    '-c',
    `${CHANGES}; echo hidden > /mounted/file; sleep 1000`,
  )
  await done(box)
  await tspod('export', '-o', 'running.tar', box.id)
  const look = await box.exec('sh', '-c', LOOK)
  await tspod('stop', '-t', '0', box.id)
  const child = tspod.spawn(['export', box.id])
  child.stdin?.end()
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout ?? []) chunks.push(chunk)
  expect(Buffer.concat(chunks).equals(readFileSync(join(directory, 'running.tar')))).toBe(true)

  const names = listTar(join(directory, 'running.tar'))
  expect(names).toEqual(expect.arrayContaining(['bin/busybox', 'new', 'hard', 'pipe', 'data/opaque/shown', 'mounted/']))
  expect(names.filter((name) => /\.wh\.|gone|noexec|mounted\/./.test(name))).toEqual([])
  expect(new Set(names).size).toBe(names.length)
  const lines = peer('tar', '--numeric-owner', '-tvf', join(directory, 'running.tar')).split('\n')
  expect(lines.find((line) => line.endsWith('a/b/'))).toMatch(/^drwxr-xr-x 33\/44 /)
  expect(lines.find((line) => line.includes('bin/busybox') && !line.includes('->'))).toMatch(/^-rwsr-xr-x 0\/0 /)

  const imported = await tspod(
    'import',
    '-c',
    'CMD ["sh"]',
    '-c',
    'ENV=A=1',
    '-m',
    'flat',
    '--arch',
    'arm64',
    'running.tar',
    'imported:v1',
  )
  expect(imported.stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/)
  const run = await tspod('run', '--rm', '--network=none', 'imported:v1', 'sh', '-c', LOOK)
  expect(run).toEqual({ ...look, stderr: '' })
  const config = await configOf(tspod, imported.stdout.trim().slice(7))
  expect(config).toMatchObject({
    architecture: 'arm64',
    os: 'linux',
    config: { Cmd: ['sh'], Env: ['A=1'] },
    history: [{ comment: 'flat' }],
  })
})

test.for(['gzip', 'xz', 'none'])(
  'import takes what is compressed with %s, from stdin and from an address',
  async (kind, { tspod, directory }) => {
    const plain = tar([{ name: 'hello', data: 'hello' }])
    writeFileSync(join(directory, 'plain.tar'), plain)
    const bytes =
      kind === 'gzip'
        ? gzipSync(plain)
        : kind === 'xz'
          ? Buffer.from(peer('sh', '-c', `xz -c ${directory}/plain.tar | base64`), 'base64')
          : plain
    const piped = await tspod.with({ input: bytes }, 'import', '-q', '-', 'piped')
    expect(piped).toMatchObject({ exitCode: 0, stderr: '' })
    const server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/here' }).end()
      else response.writeHead(request.url === '/here' ? 200 : 404).end(bytes)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : 0
      expect(await tspod('import', `http://127.0.0.1:${port}/moved`, 'fetched')).toMatchObject({
        exitCode: 0,
        stderr: '',
      })
      expect(await tspod('import', `http://127.0.0.1:${port}/gone`)).toMatchObject({
        exitCode: 125,
        stderr: `error: 127.0.0.1:${port} answered with status 404 [E_BAD_URL]\n`,
      })
    } finally {
      server.close()
    }
    const layers = async (name: string) =>
      (await tspod('image', 'inspect', '--format', '{{json .RootFS.Layers}}', name)).stdout
    expect(await layers('piped')).toBe(await layers('fetched'))
  },
)

// biome-ignore format: a table
test.for([
  [['commit', 'nowhere'],                              'E_CONTAINER_NOT_FOUND'],
  [['commit', '-c', 'FROM x', 'made'],                 'E_BAD_CHANGE'],
  [['commit', '-c', 'EXPOSE 70000', 'made'],           'E_BAD_CHANGE'],
  [['commit', '--pause', 'made', 'UPPER'],             'E_BAD_REFERENCE'],
  [['export', 'nowhere'],                              'E_CONTAINER_NOT_FOUND'],
  [['export', '-o', '/nowhere/x.tar', 'made'],         'E_CANNOT_WRITE'],
  [['import', 'nothing.tar'],                          'E_NO_SUCH_FILE'],
  [['import', '.'],                                    'E_BAD_ARCHIVE'],
  [['import', 'http://127.0.0.1:1/x'],                 'E_REGISTRY_UNREACHABLE'],
  [['import', '-c', 'CMD', 'root/state.db'],           'E_BAD_CHANGE'],
  [['import', 'root/state.db'],                        'E_BAD_ARCHIVE'],
  [['import', '-', 'x@sha256:0'],                      'E_BAD_REFERENCE'],
] as const)('%j ends in %s, and nothing is left', async ([argv, code], { tspod }) => {
  await published()
  await tspod('run', '--name', 'made', '--network=none', 'commit/base', 'true')
  const before = leftoversIn(tspod)
  const failed = await tspod(...argv)
  expect(failed).toMatchObject({ exitCode: 125, stdout: '' })
  expect(failed.stderr).toMatch(new RegExp(`^error: [^\\n]*\\[${code}\\]\\n(hint: [^\\n]*\\n)?$`))
  expect(leftoversIn(tspod)).toEqual(before)
})

test('a tar that leads out of an image is not imported', async ({ tspod }) => {
  const bytes = tar([{ name: '../../escaped', data: 'x' }])
  const failed = await tspod.with({ input: bytes }, 'import', '-', 'evil')
  expect(failed.exitCode).toBe(125)
  expect(failed.stderr).toMatch(/^error: stdin: [^\n]*leads out of it \[E_BAD_ARCHIVE\]\n$/)
  expect(leftoversIn(tspod)).toEqual([])
})

async function published(): Promise<void> {
  const directory = (name: string): TarEntry => ({ name: `${name}/`, type: 'directory', mode: 0o755 })
  const extra = [
    directory('data'),
    directory('data/gone'),
    { name: 'data/gone/file', content: 'gone' },
    directory('data/opaque'),
    { name: 'data/opaque/hidden', content: 'hidden' },
    { name: 'data/kept', content: 'kept' },
  ]
  await push(inject('registry'), 'commit/base', 'latest', await busyboxImage({ extra }))
}

type Command = (...argv: string[]) => ReturnType<Tspod>

/** The same root with another storage driver for new containers. */
function driverOver(tspod: Tspod, driver: string): Command {
  return (...argv) => tspod.with({ env: { STORAGE_DRIVER: driver } }, ...argv)
}

/** The topmost layer first, as plain tars. */
async function layersOf(tspod: Tspod, name: string, directory: string): Promise<string[]> {
  const ids = JSON.parse((await tspod('image', 'inspect', '--format', '{{json .RootFS.Layers}}', name)).stdout)
  const archive = join(directory, 'layers.tar')
  await tspod('save', '-q', '-o', archive, name)
  peer('tar', '-C', directory, '-xf', archive)
  return ids.reverse().map((id: string) => join(directory, `${id.slice(7)}.tar`))
}

async function configOf(tspod: Tspod, id: string): Promise<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(tspod.root, 'blobs/sha256', id), 'utf8'))
}

async function done(box: RunningContainer): Promise<void> {
  for (const endMs = performance.now() + 10_000; performance.now() < endMs; )
    if ((await box.exec('test', '-s', '/mounted/file')).exitCode === 0) return
  throw new Error('the container did not get that far')
}
