import { existsSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, inject } from 'vitest'
import { startChild } from '../../base/child.ts'
import { expect, test } from '../support/fixtures.ts'
import { idOf, publishLayers } from '../support/layered-images.ts'
import { isAlive } from '../support/processes.ts'
import type { BuiltImage, TarEntry } from '../support/tar-image.ts'
import { resultOf, TSPOD, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const BASE: TarEntry[] = [
  { name: 'etc/', type: 'directory', mode: 0o755 },
  { name: 'etc/motd', content: 'hello\n' },
  { name: 'etc/gone', content: 'soon' },
]
const CHILD: TarEntry[] = [
  { name: 'etc/.wh.gone' },
  { name: 'etc/motd', content: 'hello again\n' },
  { name: 'new', content: 'x' },
]

const ok = { exitCode: 0, stdout: '', stderr: '' }

test('tag gives names, untag takes them, and neither does half of what it was told', async ({ tspod }) => {
  const image = await published('named/one', [BASE])
  await pull(tspod, 'named/one')
  expect(await tspod('tag', 'named/one', 'mine', 'quay.io/team/tool:v1')).toEqual(ok)
  expect(await namesOf(tspod)).toEqual(['docker.io/named/one:latest', 'localhost/mine:latest', 'quay.io/team/tool:v1'])
  const bad = await tspod('tag', 'mine', 'good:1', 'Bad Name')
  expect(bad).toMatchObject({ exitCode: 125, stdout: '' })
  expect(bad.stderr).toMatch(/^error: "Bad Name" is not an image name: [^\n]*\[E_BAD_REFERENCE\]\nhint: [^\n]*\n$/)
  expect(await tspod('untag', 'mine', 'tool:v1', 'mine')).toEqual(ok)
  expect(await namesOf(tspod)).toEqual(['docker.io/named/one:latest'])
  expect(await tspod('image', 'untag', 'named/one', 'other')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/\[E_NO_SUCH_NAME\]\nhint: [^\n]+\n$/),
  })
  expect(await tspod('untag', 'named/one')).toEqual(ok)
  expect(await namesOf(tspod)).toEqual([])
  expect((await tspod('images', '-q', '--filter', 'dangling=true')).stdout).toBe(`${idOf(image).slice(0, 12)}\n`)
  expect(await tspod('tag', 'nothing', 'x')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_IMAGE_NOT_FOUND'),
  })
})

test('exists says it by its status', async ({ tspod }) => {
  const image = await published('exists/one', [BASE])
  await pull(tspod, 'exists/one')
  for (const ref of ['exists/one', idOf(image), idOf(image).slice(0, 8)]) {
    expect(await tspod('image', 'exists', ref), ref).toEqual(ok)
  }
  for (const ref of ['exists/two', 'exists/one:v2', 'ffff']) {
    expect(await tspod('image', 'exists', ref), ref).toEqual({ ...ok, exitCode: 1 })
  }
})

test('an image that another one was built on keeps its place without a name, and goes with it', async ({ tspod }) => {
  const [base, child] = [await published('family/base', [BASE]), await published('family/child', [BASE, CHILD])]
  await pull(tspod, 'family/base', 'family/child')
  expect(await tspod('rmi', 'family/base')).toEqual({ ...ok, stdout: 'Untagged: docker.io/family/base:latest\n' })
  expect(await namesOf(tspod)).toEqual(['docker.io/family/child:latest'])
  expect((await tspod('images', '-a', '--format', '{{.Id}}', '--no-trunc')).stdout).toContain(idOf(base))
  expect((await tspod('images', '-q', '--filter', 'dangling=true')).stdout).toBe('')
  expect(await tspod('image', 'prune', '-f')).toEqual(ok)
  const refused = await tspod('rmi', idOf(base))
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toMatch(/^error: [^\n]*\[E_IMAGE_HAS_CHILDREN\]\nhint: [^\n]*\n$/)
  expect(await tspod('rmi', 'family/child')).toEqual({
    ...ok,
    stdout: `Untagged: docker.io/family/child:latest\nDeleted: ${idOf(child)}\nDeleted: ${idOf(base)}\n`,
  })
  expect(readdirSync(join(tspod.root, 'blobs/sha256'))).toEqual([])

  await pull(tspod, 'family/base', 'family/child')
  await tspod('rmi', 'family/base')
  expect((await tspod('rmi', '--no-prune', 'family/child')).stdout).not.toContain(idOf(base))
  expect((await tspod('images', '-q')).stdout).toBe(`${idOf(base).slice(0, 12)}\n`)
  await pull(tspod, 'family/child')
  expect((await tspod('rmi', '-f', idOf(base))).stdout).toBe(`Deleted: ${idOf(base)}\n`)
  expect(await tspod('rmi', '-a', '-f')).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await tspod('images', '-aq')).stdout).toBe('')
})

test('history and tree show how an image came to be', async ({ tspod }) => {
  const [base, child] = [await published('grown/base', [BASE]), await published('grown/child', [BASE, CHILD])]
  await pull(tspod, 'grown/base', 'grown/child')
  const [headings = '', top = '', bottom = ''] = (await tspod('history', 'grown/child')).stdout.split('\n')
  expect(headings.split(/ {2,}/)).toEqual(['ID', 'CREATED', 'CREATED BY', 'SIZE', 'COMMENT'])
  const ago = expect.stringMatching(/ ago$/)
  expect(top.trimEnd().split(/ {2,}/)).toEqual([idOf(child).slice(0, 12), ago, 'COPY layer1 /', '13 B'])
  expect(bottom.trimEnd().split(/ {2,}/)).toEqual([idOf(base).slice(0, 12), ago, 'COPY layer0 /', '10 B'])
  expect((await tspod('history', '-q', '--no-trunc', 'grown/child')).stdout).toBe(`${idOf(child)}\n${idOf(base)}\n`)
  expect((await tspod('history', '-H=false', '--format', '{{.Created}} {{.Size}}', 'grown/base')).stdout).toBe(
    '2024-05-01T10:00:00Z 10\n',
  )
  expect(JSON.parse((await tspod('history', '--format', 'json', 'grown/child')).stdout)).toMatchObject([
    { id: idOf(child), CreatedBy: 'COPY layer1 /', size: 13, tags: ['docker.io/grown/child:latest'] },
    { id: idOf(base), CreatedBy: 'COPY layer0 /', size: 10, Created: '2024-05-01T10:00:00Z' },
  ])
  await tspod('rmi', '-f', idOf(base))
  expect((await tspod('history', '-q', 'grown/child')).stdout).toBe(`${idOf(child).slice(0, 12)}\n<missing>\n`)

  await pull(tspod, 'grown/base')
  expect((await tspod('image', 'tree', 'grown/child')).stdout).toMatch(
    new RegExp(
      [
        `^Image ID: ${idOf(child).slice(0, 12)}`,
        'Tags:     \\[docker.io/grown/child:latest\\]',
        'Size:     23B',
        'Image Layers',
        '├── ID: [0-9a-f]{12} Size:     10B Top Layer of: \\[docker.io/grown/base:latest\\]',
        '└── ID: [0-9a-f]{12} Size:     13B Top Layer of: \\[docker.io/grown/child:latest\\]\n$',
      ].join('\n'),
    ),
  )
  expect((await tspod('image', 'tree', '--whatrequires', 'grown/base')).stdout).toMatch(
    /Image Layers\n├── ID: [^\n]*grown\/base:latest\]\n└── ID: [^\n]*grown\/child:latest\]\n$/,
  )
})

test('diff shows what a layer and what a container changed', async ({ tspod }) => {
  await published('changed/base', [BASE])
  await published('changed/child', [BASE, CHILD])
  await pull(tspod, 'changed/base', 'changed/child')
  const changes = 'C /etc\nD /etc/gone\nC /etc/motd\nA /new\n'
  expect(await tspod('image', 'diff', 'changed/child')).toEqual({ ...ok, stdout: changes })
  expect((await tspod('diff', 'changed/child', 'changed/base')).stdout).toBe(changes)
  expect((await tspod('image', 'diff', 'changed/base', 'changed/child')).stdout).toBe(
    'C /etc\nA /etc/gone\nC /etc/motd\nD /new\n',
  )
  expect((await tspod('image', 'diff', 'changed/child', 'changed/child')).stdout).toBe('')
  expect(JSON.parse((await tspod('image', 'diff', '--format', 'json', 'changed/child')).stdout)).toEqual({
    changed: ['/etc', '/etc/motd'],
    added: ['/new'],
    deleted: ['/etc/gone'],
  })

  const script = 'rm -r /home; echo x > /root/x; chmod 700 /opt; rm -r /usr/bin; mkdir /usr/bin; touch /usr/bin/y'
  expect(await tspod('run', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', script)).toMatchObject({
    exitCode: 0,
  })
  const expected = 'D /home\nC /opt\nC /root\nA /root/x\nC /usr\nC /usr/bin\nA /usr/bin/y\n'
  expect(await tspod('diff', 'box')).toEqual({ ...ok, stdout: expected })
  expect((await tspod('container', 'diff', 'box')).stdout).toBe(expected)
  for (const driver of ['vfs', 'fuse-overlayfs']) {
    const run = ['--storage-driver', driver, 'run', '--name', driver, '--network=none', 'alpine', 'sh', '-c', script]
    expect(await tspod(...run), driver).toMatchObject({ exitCode: 0 })
    expect((await tspod('diff', driver)).stdout, driver).toBe(expected)
  }
  expect(await tspod('diff', 'nobody')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_CONTAINER_NOT_FOUND'),
  })
})

test('the files of an image can be seen outside, and are gone when it is unmounted', async ({ tspod, host }) => {
  const before = host.traces()
  const image = await published('seen/child', [BASE, CHILD])
  await published('seen/base', [BASE])
  await pull(tspod, 'seen/child', 'seen/base')
  expect((await tspod('image', 'mount')).stdout).toBe('')
  const path = (await tspod('image', 'mount', 'seen/child')).stdout.trimEnd()
  expect(readdirSync(path).sort()).toEqual(['etc', 'new'])
  expect(readdirSync(join(path, 'etc'))).toEqual(['motd'])
  expect((await tspod('image', 'mount', 'seen/child')).stdout).toBe(`${path}\n`)
  const single = (await tspod('image', 'mount', 'seen/base')).stdout.trimEnd()
  expect(readdirSync(join(single, 'etc')).sort()).toEqual(['gone', 'motd'])
  expect((await tspod('image', 'mount')).stdout.split('\n').sort().slice(1)).toEqual([
    `docker.io/seen/base:latest   ${single}`,
    `docker.io/seen/child:latest  ${path}`,
  ])
  expect(JSON.parse((await tspod('image', 'mount', '--format', 'json')).stdout)).toContainEqual(
    expect.objectContaining({ id: idOf(image), Repositories: ['docker.io/seen/child:latest'], mountpoint: path }),
  )
  expect((await tspod('image', 'unmount', 'seen/child')).stdout).toBe(`${idOf(image)}\n`)
  await until('it is gone', () => !existsSync(path))
  expect(await tspod('image', 'umount', 'seen/child')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_NOT_MOUNTED'),
  })
  const holder = Number(/^\/proc\/(\d+)\//.exec(single)?.[1])
  expect(await tspod('rmi', '-a')).toMatchObject({ exitCode: 0 })
  await until('the holder is gone', () => !isAlive(holder))
  expect(host.traces()).toEqual(before)
})

test.for([['overlay'], ['fuse-overlayfs']])(
  'inside unshare an image is mounted for real, with %s',
  async ([driver], { tspod }) => {
    await published('seen/inside', [BASE, CHILD])
    await pull(tspod, 'seen/inside')
    const self = `${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot} --storage-driver ${driver}`
    const script = [
      `at=$(${self} image mount seen/inside)`,
      'cat $at/etc/motd; ls $at/etc; touch $at/x 2>&1 | grep -o "Read-only file system"',
      `grep -c " $at " /proc/self/mountinfo; ${self} image mount | grep -c $at`,
      `${self} image unmount seen/inside > /dev/null; grep -c " $at " /proc/self/mountinfo`,
    ].join('\n')
    expect((await tspod('unshare', 'sh', '-c', script)).stdout).toBe(
      'hello again\nmotd\nRead-only file system\n1\n1\n0\n',
    )
  },
)

test.for([
  ['fuse-overlayfs', 'run "tspod unshare", and mount it there'],
  ['vfs', 'see "tspod info"'],
])('with %s an image cannot be mounted outside, and that is said', async ([driver = '', hint = ''], { tspod }) => {
  await published('seen/outside', [BASE, CHILD])
  await pull(tspod, 'seen/outside')
  const { exitCode, stdout, stderr } = await tspod('--storage-driver', driver, 'image', 'mount', 'seen/outside')
  expect({ exitCode, stdout }).toEqual({ exitCode: 125, stdout: '' })
  expect(stderr).toMatch(/^error: [^\n]* \[E_MOUNT_UNSUPPORTED\]\nhint: [^\n]*\n$/)
  expect(stderr).toContain(hint)
})

test('the files of a container can be seen, running or not', async ({ tspod }) => {
  await using box = await tspod.start('--network=none', 'alpine', 'sh', '-c', 'echo here > /note; exec sleep inf')
  await until('it has written', () => existsSync(join(tspod.root, 'containers', box.id, 'upper/note')))
  const running = (await tspod('mount', box.id)).stdout.trimEnd()
  expect(running).toMatch(/^\/proc\/\d+\/root$/)
  expect(readdirSync(running)).toContain('note')
  expect((await tspod('mount')).stdout).toBe(`${box.id.slice(0, 12)}  ${running}\n`)
  await tspod('stop', '-t', '0', box.id)
  const stopped = (await tspod('container', 'mount', box.id)).stdout.trimEnd()
  expect(readdirSync(stopped)).toEqual(expect.arrayContaining(['bin', 'note']))
  expect((await tspod('unmount', box.id)).stdout).toBe(`${box.id}\n`)
})

describe('what is gone is not mounted any more', () => {
  const left = ({ root, runroot }: Tspod): string[] => [
    ...readdirSync(join(runroot, 'mounts')),
    ...readdirSync(join(root, 'locks')).filter((name) => /^(container|mount)-/.test(name)),
  ]
  const holderOf = (path: string): number => Number(/^\/proc\/(\d+)\//.exec(path)?.[1])

  test.for([[['rm', 'seen']], [['rm', '-f', 'seen']], [['container', 'prune', '-f']], [['rmi', '-f', 'alpine']]])(
    '%s',
    async ([remove = []], { tspod }) => {
      await tspod('create', '--network=none', '--name=seen', 'alpine', 'true')
      const holders = [
        holderOf((await tspod('mount', 'seen')).stdout),
        ...(remove[0] === 'rmi' ? [holderOf((await tspod('image', 'mount', 'alpine')).stdout)] : []),
      ]
      expect(await tspod(...remove)).toMatchObject({ exitCode: 0, stderr: '' })
      await until('the holders are gone', () => !holders.some(isAlive))
      expect(left(tspod)).toEqual([])
    },
  )

  test.for([
    [['unmount', '-a']],
    [['image', 'unmount', '-a']],
    [['image', 'prune', '-f']],
    [['run', '--rm', '--network=none', 'alpine']],
  ])('of a removal that was killed, by %s', async ([sweep = []], { tspod }) => {
    await tspod('create', '--network=none', '--name=seen', 'alpine', 'true')
    const holder = holderOf((await tspod('mount', 'seen')).stdout)
    const [id = ''] = readdirSync(join(tspod.runroot, 'mounts'))
    const gone = 'f'.repeat(64)
    renameSync(join(tspod.runroot, 'mounts', id), join(tspod.runroot, 'mounts', gone))
    writeFileSync(join(tspod.root, 'locks', `container-${gone}`), '')
    expect(await tspod(...sweep)).toMatchObject({ exitCode: 0, stderr: '' })
    await until('the holder is gone', () => !isAlive(holder))
    expect(readdirSync(join(tspod.runroot, 'mounts'))).toEqual([])
    expect(await tspod('rm', 'seen')).toMatchObject({ exitCode: 0 })
    expect(await tspod('container', 'prune', '-f')).toMatchObject({ exitCode: 0 })
    expect(left(tspod)).toEqual([])
  })

  test('inside unshare, though somebody is in it', async ({ tspod }) => {
    await tspod('create', '--network=none', '--name=seen', 'alpine', 'true')
    const self = `${TSPOD} --root ${tspod.root} --runroot ${tspod.runroot}`
    const script = `cd $(${self} mount seen) && ls -d bin && ${self} rm seen >/dev/null && grep -c /merged /proc/self/mountinfo`
    expect((await tspod('unshare', 'sh', '-c', script)).stdout).toBe('bin\n0\n')
    expect(left(tspod)).toEqual([])
  })
})

test('inspect shows what an image is, in the words of the engine we are called as', async ({ tspod }) => {
  const config = {
    Healthcheck: { Test: ['CMD', 'true'], Interval: 5 },
    OnBuild: ['RUN true'],
    Labels: { 'a.b': 'c' },
    ExposedPorts: { '80/tcp': {} },
    StopSignal: 'SIGINT',
  }
  const base = await published('shown/base', [BASE])
  const image = await publishLayers(inject('registry'), 'shown/child', [BASE, CHILD], config)
  await pull(tspod, 'shown/base', 'shown/child')
  const [shown] = JSON.parse((await tspod('image', 'inspect', 'shown/child')).stdout)
  expect(shown).toMatchObject({
    Id: idOf(image),
    Digest: image.manifest.digest,
    RepoTags: ['docker.io/shown/child:latest'],
    RepoDigests: [`docker.io/shown/child@${image.manifest.digest}`],
    Parent: idOf(base),
    Os: 'linux',
    Config: {
      Healthcheck: config.Healthcheck,
      OnBuild: ['RUN true'],
      Labels: { 'a.b': 'c' },
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGINT',
      Cmd: ['/bin/sh'],
    },
    GraphDriver: { Data: { LowerDir: expect.any(String), UpperDir: expect.any(String) } },
    RootFS: { Type: 'layers', Layers: [expect.any(String), expect.any(String)] },
    History: [{ created_by: 'COPY layer0 /' }, { created_by: 'COPY layer1 /' }],
  })
  const template = '{{.Id}} {{index .Config.Labels "a.b"}} {{len .RootFS.Layers}}'
  expect((await tspod('inspect', '-f', template, 'shown/child')).stdout).toBe(`${idOf(image)} c 2\n`)
  expect(await tspod('image', 'inspect', 'nothing')).toMatchObject({ exitCode: 125, stdout: '[]\n' })
  const docker = await tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, 'image', 'inspect', 'shown/child')
  expect(docker.stdout).toContain('[\n    {\n        "Id"')
  expect(JSON.parse(docker.stdout)).toMatchObject([
    { Id: `sha256:${idOf(image)}`, RepoTags: ['shown/child:latest'], RepoDigests: [expect.stringMatching(/^shown/)] },
  ])
})

test('called as docker, the lists are docker’s', async ({ tspod, directory }) => {
  const image = await published('team/app', [BASE, CHILD])
  await pull(tspod, 'team/app', 'alpine')
  await tspod('tag', 'team/app', 'mine')
  const docker = join(directory, 'docker')
  symlinkSync(TSPOD, docker)
  const run = (...args: string[]) => {
    const env = { ...process.env, CONTAINERS_REGISTRIES_CONF: inject('registriesConf') }
    return resultOf(startChild(docker, ['--root', tspod.root, '--runroot', tspod.runroot, ...args], { env }))
  }
  const id = idOf(image).slice(0, 12)
  const table = (await run('images')).stdout.split('\n')
  expect(table[0]).toMatch(/^REPOSITORY {3}TAG {7}IMAGE ID {7}CREATED +SIZE$/)
  expect(table).toContainEqual(expect.stringMatching(new RegExp(`^team/app +latest +${id} +\\S+ \\S+ ago +23B$`)))
  expect(table).toContainEqual(expect.stringMatching(/^mine +latest /))
  expect(table).toContainEqual(expect.stringMatching(/^alpine +latest /))
  const rows = (await run('images', '--format', '{{json .}}', 'mine')).stdout.trimEnd().split('\n')
  expect(rows.map((row) => JSON.parse(row))).toContainEqual(
    expect.objectContaining({ Repository: 'mine', Tag: 'latest', ID: id, Size: '23B' }),
  )
  expect((await run('history', 'mine')).stdout).toMatch(/^IMAGE +CREATED +CREATED BY +SIZE +COMMENT\n/)
  expect((await run('rmi', 'mine')).stdout).toBe('Untagged: mine:latest\n')
  expect((await run('rmi', 'team/app')).stdout).toBe(
    `Untagged: team/app:latest\nUntagged: team/app@${image.manifest.digest}\nDeleted: sha256:${idOf(image)}\n`,
  )
  expect(await run('image', 'inspect', 'team/app')).toMatchObject({ exitCode: 1, stdout: '[]\n' })
  await using box = await tspod.start('--network=none', 'alpine', 'sleep', 'inf')
  expect(await run('rmi', '-f', 'alpine')).toMatchObject({ exitCode: 1, stdout: '' })
  expect(await box.exec('true')).toMatchObject({ exitCode: 0 })
})

test('images are filtered and sorted', async ({ tspod }) => {
  const labels = { Labels: { tier: 'front' } }
  await publishLayers(inject('registry'), 'listed/b:2', [BASE], labels)
  await publishLayers(inject('registry'), 'listed/a:3', [BASE, CHILD])
  await pull(tspod, 'listed/b:2', 'listed/a:3')
  const list = async (...args: string[]) => (await tspod('images', '--format', '{{.Tag}}', ...args)).stdout
  expect(await list('--sort', 'repository')).toBe('3\n2\n')
  expect(await list('--sort', 'size')).toBe('2\n3\n')
  expect(await list('--filter', 'label=tier=front')).toBe('2\n')
  expect(await list('--filter', 'label!=tier', '--filter', 'reference=listed/*')).toBe('3\n')
  expect(await list('listed/?:2')).toBe('2\n')
  expect(await tspod('images', '--noheading', '--digests', 'listed/b')).toMatchObject({
    stdout: expect.stringMatching(/^docker.io\/listed\/b +2 +sha256:[0-9a-f]{64} +[0-9a-f]{12} +\S+ \S+ ago +10 B\n$/),
  })
  expect(await tspod('images', '--sort', 'beauty')).toMatchObject({ exitCode: 125 })
  expect(await tspod('images', '--filter', 'beauty=1')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_BAD_FILTER'),
  })
})

test('prune asks, and leaves what is in use, has a name, or does not match', async ({ tspod }) => {
  const [old, used] = [await published('pruned/old', [BASE]), await published('pruned/used', [CHILD])]
  await pull(tspod, 'pruned/old', 'pruned/used', 'alpine')
  await tspod('untag', 'pruned/old')
  await tspod('run', '--network=none', 'alpine', 'true')
  const no = await tspod.with({ input: 'n\n' }, 'image', 'prune')
  expect(no).toEqual({
    ...ok,
    stdout: 'WARNING! This command removes all dangling images.\nAre you sure you want to continue? [y/N] ',
  })
  expect(await tspod('image', 'prune')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringMatching(/^error: nobody answered \[E_NOT_CONFIRMED\]\nhint: [^\n]+\n$/),
  })
  expect(await tspod('image', 'prune', '-f', '--filter', 'until=2020-01-01')).toEqual(ok)
  const yes = await tspod.with({ input: 'y\n' }, 'image', 'prune')
  expect(yes).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`[y/N] ${idOf(old)}\n`) })
  expect(await tspod('image', 'prune', '-af', '--filter', 'label=x')).toEqual(ok)
  const docker = await tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, 'image', 'prune', '-af')
  expect(docker.stdout).toMatch(
    new RegExp(
      `^Deleted Images:\nuntagged: pruned/used:latest\nuntagged: pruned/used@sha256:[0-9a-f]{64}\ndeleted: sha256:${idOf(used)}\n\nTotal reclaimed space: \\d+B\n$`,
    ),
  )
  expect(await namesOf(tspod)).toEqual(['docker.io/library/alpine:latest'])
})

/** An image of these layers in the registry, under the tag latest. */
function published(repository: string, layers: readonly (readonly TarEntry[])[]): Promise<BuiltImage> {
  return publishLayers(inject('registry'), repository, layers)
}

async function pull(tspod: Tspod, ...names: string[]): Promise<void> {
  expect(await tspod('pull', '-q', ...names)).toMatchObject({ exitCode: 0, stderr: '' })
}

async function namesOf(tspod: Tspod): Promise<string[]> {
  const { stdout } = await tspod('images', '--format', '{{range .Names}}{{.}} {{end}}')
  return [...new Set(stdout.split(/\s+/))].filter((name) => name !== '').sort()
}
