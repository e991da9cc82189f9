import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { holdLock } from '../support/hold-lock.ts'
import { idOf, publishLayers } from '../support/layered-images.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import type { Tspod } from '../support/tspod.ts'

const ok = { exitCode: 0, stdout: '', stderr: '' }
const FILES = [{ name: 'etc/', type: 'directory', mode: 0o755 } as const, { name: 'etc/motd', content: 'hello' }]

test('df counts each layer once, and names what the database does not know', async ({ tspod }) => {
  await publishLayers(inject('registry'), 'df/base', [FILES])
  await publishLayers(inject('registry'), 'df/child', [FILES, [{ name: 'more', content: 'x'.repeat(1000) }]])
  await pull(tspod, 'df/base', 'df/child', 'alpine')
  await tspod('run', '--name', 'box', '--network=none', 'alpine', 'sh', '-c', 'head -c 5000 /dev/zero > /zeros')
  await tspod('volume', 'create', 'data')
  writeFileSync(join(tspod.root, 'volumes/data/_data/file'), 'x'.repeat(2000))
  const rows = async () => {
    const { stdout } = await tspod(
      'system',
      'df',
      '--format',
      '{{.Type}}|{{.Total}}|{{.Active}}|{{.RawSize}}|{{.RawReclaimable}}',
    )
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('|'))
  }
  const [images, containers, volumes, ...others] = await rows()
  expect([images?.slice(0, 3), containers?.slice(0, 3), volumes]).toEqual([
    ['Images', '3', '1'],
    ['Containers', '1', '0'],
    ['Local Volumes', '1', '0', '2000', '2000'],
  ])
  expect(others).toEqual([])
  expect(Number(containers?.[3])).toBeGreaterThanOrEqual(5000)
  const unused = 5 + 1000 + ['df/base', 'df/child'].length // at least the files; blobs come on top
  expect(Number(images?.[4])).toBeGreaterThan(unused)
  expect(Number(images?.[4])).toBeLessThan(10_000)

  writeFileSync(join(tspod.root, 'blobs/sha256', 'f'.repeat(64)), 'x'.repeat(3000))
  expect((await rows()).at(-1)).toEqual(['Unaccounted', '1', '0', '3000', '3000'])
  const verbose = (await tspod('system', 'df', '-v')).stdout
  expect(verbose).toMatch(/^docker.io\/df\/base +latest +[0-9a-f]{12} +\S+ \S+ +5B +5B +0B +0$/m)
  expect(verbose).toMatch(/^docker.io\/df\/child +latest +[0-9a-f]{12} +\S+ \S+ +1.005kB +5B +1kB +0$/m)
  expect(verbose).toMatch(/^[0-9a-f]{12} +[0-9a-f]{12} +sh -c head -c 500\.\.\. +0 +\S+kB +\S.* +exited +box$/m)
  expect(verbose).toMatch(/^data +0 +2kB$/m)
  expect(verbose).toMatch(new RegExp(`^${tspod.root}/blobs/sha256/f{64} +blob +3kB$`, 'm'))
  const docker = await tspod.with({ env: { TSPOD_COMPAT: 'docker' } }, 'system', 'df', '--format', 'json')
  expect(JSON.parse(docker.stdout.split('\n')[0] ?? '')).toMatchObject({ Type: 'Images', TotalCount: '3', Active: '1' })
  expect(JSON.parse((await tspod('system', 'df', '--format', 'json')).stdout)[0]).toMatchObject({ TotalCount: 3 })
})

test('prune removes containers, volumes and images that are not in use, and says what it will', async ({ tspod }) => {
  const unused = await publishLayers(inject('registry'), 'prune/unused', [FILES])
  await pull(tspod, 'prune/unused', 'alpine')
  const { stdout: ended } = await tspod('run', '-d', '--name', 'ended', '--network=none', 'alpine', 'true')
  await tspod('wait', 'ended')
  await using running = await tspod.start('--network=none', '-v', 'used:/data', 'alpine', 'sleep', 'inf')
  for (const name of ['free', 'kept']) await tspod('volume', 'create', '--label', name, name)
  const no = await tspod.with({ input: 'n\n' }, 'system', 'prune', '-a', '--volumes')
  expect(no).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('\t- all volumes not used by') })
  expect(await tspod('system', 'prune', '-f', '--filter', 'label=nobody')).toEqual({
    ...ok,
    stdout: 'Total reclaimed space: 0B\n',
  })
  const pruned = await tspod('system', 'prune', '-af', '--volumes', '--filter', 'label!=kept')
  expect(pruned.stdout).toMatch(
    new RegExp(
      `^Deleted Containers\n${ended}Deleted Volumes\nfree\nDeleted Images\n${idOf(unused)}\nTotal reclaimed space: \\S+B\n$`,
    ),
  )
  expect((await tspod('ps', '-aq', '--no-trunc')).stdout).toBe(`${running.id}\n`)
  expect((await tspod('volume', 'ls', '-q')).stdout).toBe('kept\nused\n')
  expect(await tspod('container', 'prune', '-f')).toEqual(ok)
  expect(await tspod('volume', 'prune', '-f')).toEqual({ ...ok, stdout: 'kept\n' })
  expect(await tspod('container', 'exists', running.id)).toEqual(ok)
  expect(await tspod('container', 'exists', 'ended')).toEqual({ ...ok, exitCode: 1 })
})

test('volumes are made, shown, filtered and removed', async ({ tspod }) => {
  expect(await tspod('volume', 'create', '--label', 'a=b', 'data')).toEqual({ ...ok, stdout: 'data\n' })
  expect((await tspod('volume', 'create')).stdout).toMatch(/^[0-9a-f]{64}\n$/)
  expect(await tspod('volume', 'create', 'data')).toMatchObject({
    exitCode: 125,
    stderr: expect.stringContaining('E_VOLUME_EXISTS'),
  })
  expect(await tspod('volume', 'create', '--ignore', 'data')).toEqual({ ...ok, stdout: 'data\n' })
  expect((await tspod('volume', 'ls', '-f', 'label=a')).stdout).toBe('DRIVER      VOLUME NAME\nlocal       data\n')
  expect((await tspod('volume', 'ls', '--format', '{{.Name}} {{.Mountpoint}}', '-f', 'name=dat')).stdout).toBe(
    `data ${tspod.root}/volumes/data/_data\n`,
  )
  expect(JSON.parse((await tspod('volume', 'inspect', 'data')).stdout)).toMatchObject([
    { Name: 'data', Driver: 'local', Labels: { a: 'b' }, Scope: 'local' },
  ])
  expect(await tspod('volume', 'exists', 'data')).toEqual(ok)
  expect(await tspod('volume', 'exists', 'other')).toEqual({ ...ok, exitCode: 1 })
  await tspod('run', '--name', 'box', '--network=none', '-v', 'data:/data', 'alpine', 'true')
  expect((await tspod('volume', 'ls', '-q', '-f', 'dangling=false')).stdout).toBe('data\n')
  expect(await tspod('volume', 'rm', 'data')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('E_VOLUME_IN_USE'),
  })
  expect(await tspod('volume', 'rm', 'other')).toMatchObject({ exitCode: 1 })
  expect(await tspod('volume', 'rm', '-f', 'data', 'other')).toEqual({ ...ok, stdout: 'data\nother\n' })
  expect(await tspod('volume', 'rm', '-a')).toMatchObject({ exitCode: 0 })
  expect((await tspod('volume', 'ls', '-q')).stdout).toBe('')
})

test('a volume stays while a container that may want it is being made', async ({ tspod }) => {
  await pull(tspod, 'alpine')
  await tspod('volume', 'create', 'data')
  let pruning: ReturnType<Tspod>
  {
    await using _maker = await holdLock(tspod, 'storage-volumes', '--shared')
    pruning = tspod('volume', 'prune', '-f')
    // Each takes as long as pruning would.
    for (let looks = 0; looks < 3; looks++) expect((await tspod('volume', 'ls', '-q')).stdout).toBe('data\n')
    const run = await tspod('run', '--network=none', '-v', 'data:/data', 'alpine', 'true')
    expect(run).toEqual(ok)
  }
  expect(await pruning).toEqual(ok)
  expect((await tspod('volume', 'ls', '-q')).stdout).toBe('data\n')
})

test('files deeper than a path can be long are measured and removed', async ({ tspod }) => {
  const deep = `d=${'d'.repeat(200)}; for i in $(seq 40); do mkdir $d; cd $d; done; head -c 5000 /dev/zero > f`
  await tspod('run', '--name', 'deep', '--network=none', 'alpine', 'sh', '-c', deep)
  expect(await tspod('system', 'df')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await tspod('container', 'prune', '-f')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(readdirSync(join(tspod.root, 'containers'))).toEqual([])
})

test('a damaged layer is found, affects only its own images, and is unpacked anew from its own blob', async ({
  tspod,
}) => {
  await publishLayers(inject('registry'), 'check/damaged', [FILES])
  await pull(tspod, 'check/damaged', 'alpine')
  expect(await tspod('system', 'check')).toEqual(ok)
  const layer = layerWith(tspod, 'etc/motd', 'hello')
  writeFileSync(join(layer, 'etc/motd'), 'hullo')
  expect(await tspod('system', 'check', '--quick')).toEqual(ok)
  const found = await tspod('system', 'check')
  expect(found).toMatchObject({ exitCode: 125, stderr: '' })
  expect(found.stdout).toMatch(
    /^layer [0-9a-f]{12}: etc\/motd has another (content|time) \(image docker.io\/check\/damaged:latest\)\n$/,
  )
  expect(await tspod('run', '--rm', '--network=none', 'alpine', 'echo', 'fine')).toMatchObject({ stdout: 'fine\n' })
  const repaired = await tspod('system', 'check', '--repair')
  expect(repaired).toMatchObject({ exitCode: 0, stderr: '' })
  expect(repaired.stdout).toMatch(/\n {2}repaired: unpacked anew from its own blob\n$/)
  expect(readFileSync(join(layer, 'etc/motd'), 'utf8')).toBe('hello')
  expect(await tspod('system', 'check')).toEqual(ok)

  rmSync(layer, { recursive: true })
  expect(await tspod('images', '-q')).toMatchObject({ exitCode: 0 })
  expect((await tspod('system', 'check', '-q')).stdout).toMatch(/^layer [0-9a-f]{12}: it is missing \(/)
  expect(await tspod('system', 'check', '-q', '-r')).toMatchObject({ exitCode: 0 })
  expect(readFileSync(join(layer, 'etc/motd'), 'utf8')).toBe('hello')
})

test('a layer that a running container has is left alone, and the container is named', async ({ tspod }) => {
  await using box = await tspod.start('--network=none', '--name', 'box', 'alpine', 'sleep', 'inf')
  const layer = layerWith(tspod, 'etc/os-release')
  chmodSync(join(layer, 'etc/os-release'), 0o600)
  const found = await tspod('system', 'check', '-r')
  expect(found.exitCode).toBe(125)
  expect(found.stdout).toMatch(
    /^layer [0-9a-f]{12}: etc\/os-release has another mode \(image [^;]*; container box\)\n {2}not repaired: stop its containers first \(run "tspod stop box"\)\n$/,
  )
  await tspod('stop', '-t', '0', box.id)
  expect(await tspod('system', 'check', '-r')).toMatchObject({ exitCode: 0 })
})

test('a damaged blob is fetched again by its digest, and nothing else is', async ({ directory, tspod }) => {
  await using front = await startFront(inject('registry'))
  const image = await publishLayers(inject('registry'), 'check/blobs', [FILES, [{ name: 'more', content: 'x' }]])
  const env = registriesEnv(directory, [front.host])
  expect(await tspod.with({ env }, 'pull', '-q', `${front.host}/check/blobs`)).toMatchObject({ exitCode: 0 })
  const blobs = [image.manifest, image.config, ...image.layers].map(({ digest }) => digest)
  const [manifest = '', config = '', layer = '', untouched = ''] = blobs
  const pathOf = (digest: string) => join(tspod.root, 'blobs/sha256', digest.slice(7))
  rmSync(pathOf(manifest))
  writeFileSync(pathOf(config), '{}')
  writeFileSync(pathOf(layer), Buffer.alloc(readFileSync(pathOf(layer)).length))
  front.requests.length = 0
  const found = await tspod.with({ env }, 'system', 'check')
  expect(found.exitCode).toBe(125)
  const damages = [
    `blob ${manifest.slice(7, 19)}: it is missing`,
    `blob ${config.slice(7, 19)}: its content has another digest`,
    `blob ${layer.slice(7, 19)}: its content has another digest`,
  ]
  expect(
    found.stdout
      .split(/ \(.*\n/)
      .filter(Boolean)
      .sort(),
  ).toEqual(damages.sort())
  expect(front.requests).toEqual([])
  const repaired = await tspod.with({ env }, 'system', 'check', '--repair')
  expect(repaired, repaired.stdout).toMatchObject({ exitCode: 0 })
  expect(repaired.stdout.match(/repaired: fetched from \S+\/check\/blobs$/gm)).toHaveLength(3)
  expect(Object.keys(front.downloads()).sort()).toEqual([config, layer].sort())
  expect(front.downloads()[untouched]).toBeUndefined()
  expect(await tspod('system', 'check')).toEqual(ok)
})

test('what cannot be had again is said, and goes only with --force', async ({ tspod, directory }) => {
  const image = await publishLayers(inject('registry'), 'check/lost', [FILES])
  await pull(tspod, 'check/lost', 'alpine')
  const blob = join(tspod.root, 'blobs/sha256', image.layers[0]?.digest.slice(7) ?? '')
  rmSync(blob)
  rmSync(layerWith(tspod, 'etc/motd'), { recursive: true })
  const env = registriesEnv(directory, ['127.0.0.1:1'])
  writeFileSync(
    env['CONTAINERS_REGISTRIES_CONF'] ?? '',
    '[[registry]]\nprefix = "docker.io"\nlocation = "127.0.0.1:1"\ninsecure = true\n',
  )
  const failed = await tspod.with({ env }, 'system', 'check', '-r', '--retry=0')
  expect(failed.exitCode).toBe(125)
  expect(failed.stdout).toMatch(
    /^blob [0-9a-f]{12}: it is missing \(image docker.io\/check\/lost:latest\)\n {2}not repaired: /,
  )
  expect((await tspod('images', '-q')).stdout.split('\n')).toHaveLength(3)
  const forced = await tspod.with({ env }, 'system', 'check', '-rf', '--retry=0')
  expect(forced.stdout).toMatch(/ {2}repaired: removed docker.io\/check\/lost:latest\n/)
  expect((await tspod('images', '--format', '{{.Repository}}')).stdout).toBe('docker.io/library/alpine\n')
  expect(await tspod('system', 'check')).toEqual(ok)
})

test('what belongs to nothing is removed, but for what may be somebody’s data', async ({ tspod }) => {
  await pull(tspod, 'alpine')
  await tspod('volume', 'create', 'hollow')
  rmSync(join(tspod.root, 'volumes/hollow'), { recursive: true })
  const stray = ['layers/0123456789abcdef01234567', 'tmp/layer-1-0-0123456789ab'].map((name) => join(tspod.root, name))
  for (const path of stray) mkdirSync(path)
  mkdirSync(join(tspod.root, 'volumes/orphan/_data'), { recursive: true })
  writeFileSync(join(tspod.root, 'volumes/orphan/_data/file'), 'precious')
  const found = await tspod('system', 'check')
  expect(found.exitCode).toBe(125)
  expect(found.stderr).toMatch(/^unfinished: 2 parts of images, 0B, that no image has: [^\n]*\n$/)
  expect(found.stdout.trimEnd().split('\n').sort()).toEqual(
    [
      'volume hollow: its directory is missing',
      `${tspod.root}/volumes/orphan: it belongs to no volume in the database`,
    ].sort(),
  )
  const young = await tspod('system', 'check', '-r', '--max', '24h')
  expect(young.stdout.match(/not repaired: try again later/g)).toHaveLength(3)
  const repaired = await tspod('system', 'check', '-r')
  expect(repaired.exitCode).toBe(125)
  expect(repaired.stdout).toMatch(/orphan: [^\n]*\n {2}not repaired: what is in it may be of use to you \(look at it/)
  expect(stray.map((path) => existsSync(path))).toEqual([false, false])
  expect(existsSync(join(tspod.root, 'volumes/hollow/_data'))).toBe(true)
  rmSync(join(tspod.root, 'volumes/orphan'), { recursive: true })
  expect(await tspod('system', 'check')).toEqual(ok)
})

/** The unpacked layer that has this file, with this content. */
function layerWith({ root }: Tspod, file: string, content?: string): string {
  const layers = readdirSync(join(root, 'layers')).map((name) => join(root, 'layers', name))
  const found = layers.find((layer) => {
    const path = join(layer, file)
    return existsSync(path) && (content === undefined || readFileSync(path, 'utf8') === content)
  })
  if (found === undefined) throw new Error(`no layer has ${file}`)
  return found
}

async function pull(tspod: Tspod, ...names: string[]): Promise<void> {
  expect(await tspod('pull', '-q', ...names)).toMatchObject({ exitCode: 0, stderr: '' })
}
