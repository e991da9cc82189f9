import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { inject } from 'vitest'
import { anotherRoot, blobsIn, listTar, peer, podman, skopeo } from '../support/archives.ts'
import { expect, test } from '../support/fixtures.ts'
import { startFront } from '../support/front.ts'
import { registriesEnv } from '../support/registries-conf.ts'
import { push, pushIndex } from '../support/registry.ts'
import { type BuiltImage, type Compression, digestOf, imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'

test('an image goes through every place and comes out as it was', async ({ tspod, directory }) => {
  const image = await published('round/trip')
  const places = [
    'docker://round/trip',
    `oci:${directory}/layout:v1`,
    `oci-archive:${directory}/layout.tar:v2`,
    `dir:${directory}/dir`,
    'containers-storage:round/stored',
    `oci-archive:${directory}/again.tar:v3`,
    `docker://${inject('registry')}/round/back:v4`,
  ]
  for (const [index, to] of places.slice(1).entries()) {
    const copied = await tspod('copy', '--digestfile', 'digest', places[index] ?? '', to)
    expect(copied.exitCode, copied.stderr).toBe(0)
    expect(copied.stderr.split('\n')[0]).toBe(`Copying ${to}`)
    expect(readFileSync(join(directory, 'digest'), 'utf8'), to).toBe(image.manifest.digest)
  }
  expect(await manifestAt('round/back', 'v4')).toBe(image.manifest.bytes.toString())
  expect(readFileSync(join(directory, 'dir/manifest.json')).equals(image.manifest.bytes)).toBe(true)
  expect(readFileSync(join(directory, 'dir/version'), 'utf8')).toBe('Directory Transport Version: 1.1\n')
  expect((await tspod('images', '--format', '{{.Repository}}:{{.Tag}} {{.Digest}}')).stdout).toBe(
    `localhost/round/stored:latest ${image.manifest.digest}\n`,
  )
})

test('pull and push take an image from archives and directories, and put it there', async ({ tspod, directory }) => {
  const image = await published('from/places')
  await tspod('pull', '-q', 'from/places')
  const places = ['oci:layout:a/b:v1', 'oci-archive:layout.tar:a/b:v2', 'dir:dir', 'docker-archive:docker.tar:a/b:v3']
  for (const place of places) {
    const pushed = await tspod('push', '-q', 'from/places', place)
    expect(pushed.exitCode, pushed.stderr).toBe(0)
    const other = anotherRoot(directory)
    expect(await other.with({ cwd: directory }, 'pull', '-q', place)).toEqual({
      exitCode: 0,
      stdout: `${idOf(image)}\n`,
      stderr: '',
    })
  }
  // A layout may have several images; a docker archive without a name has that of the image.
  await tspod('pull', '-q', 'alpine')
  await tspod('push', '-q', 'alpine', 'oci:layout:other:v1')
  await tspod('push', '-q', 'from/places', 'docker-archive:named.tar')
  const index = JSON.parse(readFileSync(join(directory, 'layout/index.json'), 'utf8'))
  expect(index.manifests).toHaveLength(2)
  const other = anotherRoot(directory)
  for (const place of ['oci:layout', 'docker-archive:named.tar']) {
    expect(await other.with({ cwd: directory }, 'pull', '-q', place)).toMatchObject({ exitCode: 0 })
  }
  expect((await other('images', '--format', '{{.Repository}}:{{.Tag}}')).stdout.trimEnd().split('\n').sort()).toEqual([
    'docker.io/from/places:latest',
    'localhost/a/b:v1',
    'localhost/other:v1',
  ])
  const failed = await tspod('copy', '-q', 'oci:layout', 'dir:elsewhere')
  expect(failed.exitCode).toBe(125)
  expect(failed.stderr).toMatch(/^error: oci:layout has 2 images \[E_SEVERAL_IMAGES\]\nhint: say which, .*a\/b:v1/)
  expect(existsSync(join(directory, 'elsewhere'))).toBe(false)
  expect((await tspod('copy', '-q', 'oci:layout:c/d', 'dir:elsewhere')).stderr).toMatch(
    /has no image c\/d \[E_IMAGE_NOT_FOUND\]/,
  )
})

test('all images of an index are copied with it, or the one for a platform', async ({ tspod, directory }) => {
  const images = await Promise.all(
    ['amd64', 'arm64', 's390x'].map(async (architecture) => ({
      image: imageOf([await tarOf([file(architecture)])], { architecture }),
      platform: { os: 'linux', architecture },
    })),
  )
  const index = await pushIndex(inject('registry'), { repository: 'copy/multi', tag: 'latest' }, images)
  for (const place of [`oci:${directory}/all:v1`, `dir:${directory}/all-dir`]) {
    expect(await tspod('copy', '-q', '--all', 'docker://copy/multi', place)).toMatchObject({ exitCode: 0, stderr: '' })
    const back = `docker://${inject('registry')}/copy/multi-${place.slice(0, 3)}`
    expect(await tspod('copy', '-q', '--all', place, back)).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await manifestAt(`copy/multi-${place.slice(0, 3)}`, 'latest')).toBe(index.bytes.toString())
    expect(await tspod('copy', '-q', '--platform', 'linux/s390x', place, 'dir:one')).toMatchObject({ exitCode: 0 })
    expect(
      readFileSync(join(directory, 'one/manifest.json')).equals(images[2]?.image.manifest.bytes ?? Buffer.of()),
    ).toBe(true)
  }
  const none = await tspod('copy', '-q', '--platform', 'linux/mips', `oci:${directory}/all:v1`, 'dir:none')
  expect(none.stderr).toMatch(/^error: .*\[E_NO_PLATFORM\]/)
  expect(existsSync(join(directory, 'none'))).toBe(false)
})

test('blobs that are there are not sent', async ({ tspod, directory }) => {
  await published('skip/blobs')
  await using front = await startFront(inject('registry'))
  const env = registriesEnv(directory, [front.host])
  for (const tag of ['a', 'b']) {
    await tspod.with({ env }, 'copy', '-q', `docker://${front.host}/skip/blobs`, `oci:${directory}/layout:${tag}`)
  }
  const downloads = Object.values(front.downloads())
  expect(downloads).toHaveLength(4)
  expect(downloads.every((count) => count === 1)).toBe(true)
})

test.for([
  // flags                                             formats            media type ends with
  [['--compression-format', 'zstd', '--force-compression'], ['zstd', 'zstd', 'zstd'], 'oci'],
  [['--compression-format', 'gzip', '--compression-level', '9'], ['gzip', 'zstd', 'gzip'], 'oci'],
  [['--format', 'docker'], ['gzip', 'gzip', 'none'], 'docker'],
] as const)('copy %j makes new what it has to', async ([flags, wanted, format], { tspod, directory }) => {
  const image = await published('new/layers')
  const place = format === 'oci' ? `oci:${directory}/converted:v1` : `dir:${directory}/converted`
  const copied = await tspod('copy', '-q', ...flags, 'docker://new/layers', place)
  expect(copied.exitCode, copied.stderr).toBe(0)
  const blob = (digest: string): Buffer =>
    readFileSync(join(directory, 'converted', format === 'oci' ? 'blobs/sha256' : '', digest.slice(7)))
  const top =
    format === 'oci'
      ? blob(JSON.parse(readFileSync(join(directory, 'converted/index.json'), 'utf8')).manifests[0].digest)
      : readFileSync(join(directory, 'converted/manifest.json'))
  const manifest = JSON.parse(top.toString())
  expect(manifest.config.digest).toBe(image.config.digest)
  expect(manifest.layers.map(({ mediaType }: { mediaType: string }) => typeOf(mediaType))).toEqual(wanted)
  expect(manifest.mediaType).toContain(format === 'oci' ? 'oci' : 'docker')
  for (const [index, layer] of manifest.layers.entries()) {
    const bytes = blob(layer.digest)
    expect([digestOf(bytes), bytes.length]).toEqual([layer.digest, layer.size])
    if (wanted[index] === COMPRESSIONS[index]) expect(layer.digest).toBe(image.layers[index]?.digest)
    expect(plain(bytes, wanted[index] ?? 'none').equals(await layerTar(index))).toBe(true)
  }
  const other = anotherRoot(directory)
  expect((await other('pull', '-q', place)).stdout).toBe(`${idOf(image)}\n`)
})

test('what was loaded is compressed for a registry, what was pulled goes back as it was', async ({
  tspod,
  directory,
}) => {
  const image = await published('push/compressed')
  await tspod('pull', '-q', 'push/compressed')
  await tspod('save', '-q', '-o', 'saved.tar', 'push/compressed')
  const other = anotherRoot(directory, { CONTAINERS_REGISTRIES_CONF: inject('registriesConf') })
  await other('load', '-q', '-i', join(directory, 'saved.tar'))
  const types = async (repository: string) =>
    JSON.parse(await manifestAt(repository, 'latest')).layers.map((layer: { mediaType: string }) =>
      typeOf(layer.mediaType),
    )
  for (const [root, repository, wanted] of [
    [tspod, 'push/exact', COMPRESSIONS],
    [other, 'push/loaded', ['gzip', 'gzip', 'gzip']],
  ] as const) {
    const pushed = await root('push', '-q', 'push/compressed', `${inject('registry')}/${repository}:latest`)
    expect(pushed.exitCode, pushed.stderr).toBe(0)
    expect(await types(repository)).toEqual(wanted)
    await root('copy', '-q', 'push/compressed', `docker://${inject('registry')}/${repository}-copy:latest`)
    expect(await types(`${repository}-copy`)).toEqual(wanted)
  }
  expect(await manifestAt('push/exact', 'latest')).toBe(image.manifest.bytes.toString())
})

test('zstd is not put into a format that does not have it', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  const failed = await tspod('copy', '-q', '--format', 'docker', '--compression-format', 'zstd', 'alpine', 'dir:x')
  expect(failed.stderr).toBe(
    "error: Docker's format has no layers compressed with zstd [E_BAD_COMPRESSION]\nhint: use --format oci with it\n",
  )
})

test('a layer that is there in another blob is fetched all the same, so that each image can be pushed', async ({
  tspod,
}) => {
  const tar = await tarOf([file('same')])
  const images = (['gzip', 'zstd', 'none'] as const).map((compression) =>
    imageOf([tar], { compression: [compression], config: { Labels: { compression } } }),
  )
  for (const [index, image] of images.entries()) {
    await push(inject('registry'), 'same/layer', `v${index}`, image)
    expect(await tspod('pull', '-q', `same/layer:v${index}`)).toMatchObject({ exitCode: 0, stderr: '' })
  }
  expect(blobsIn(tspod)).toEqual(images.flatMap(digestsOf).sort())
  for (const [index, image] of images.entries()) {
    await tspod('push', '-q', `same/layer:v${index}`, `${inject('registry')}/same/again:v${index}`)
    expect(await manifestAt('same/again', `v${index}`)).toBe(image.manifest.bytes.toString())
  }
})

test('skopeo reads what is written, and its own is read', async ({ tspod, directory }) => {
  const image = await published('peer/skopeo', ['gzip', 'gzip', 'gzip'])
  await tspod('pull', '-q', 'peer/skopeo')
  const at = (name: string) => join(directory, name)
  const ours = [
    ['docker-archive', 'docker-archive', 'peer/skopeo:latest'],
    ['oci-archive', 'oci-archive', 'docker.io/peer/skopeo:latest'],
    ['oci-dir', 'oci', 'docker.io/peer/skopeo:latest'],
    ['docker-dir', 'dir', ''],
  ] as const
  for (const [format, transport, name] of ours) {
    await tspod('save', '-q', '--format', format, '-o', format, 'peer/skopeo')
    const place = `${transport}:${at(format)}${name === '' ? '' : `:${name}`}`
    const config = JSON.parse(skopeo('inspect', '--config', '--raw', place))
    expect(digestOf(Buffer.from(skopeo('inspect', '--config', '--raw', place)))).toBe(image.config.digest)
    expect(config.rootfs.diff_ids).toHaveLength(3)
    const copies = [
      `oci:${at(`${format}-1`)}:v1`,
      `oci-archive:${at(`${format}-2.tar`)}:v1`,
      `docker-archive:${at(`${format}-3.tar`)}:q:1`,
      `dir:${at(`${format}-4`)}`,
    ]
    for (const copy of copies) {
      skopeo('copy', '-q', place, copy)
      expect((await anotherRoot(directory)('pull', '-q', copy)).stdout, copy).toBe(`${idOf(image)}\n`)
    }
  }
  expect(skopeo('inspect', '--raw', `oci:${at('oci-dir')}:docker.io/peer/skopeo:latest`)).toBe(
    image.manifest.bytes.toString(),
  )
})

test('umoci unpacks what is written', async ({ tspod, directory }) => {
  await tspod('pull', '-q', 'alpine')
  await tspod('push', '-q', 'alpine', 'oci:layout:latest')
  peer('umoci', 'unpack', '--rootless', '--image', `${directory}/layout:latest`, `${directory}/bundle`)
  expect(readFileSync(join(directory, 'bundle/rootfs/etc/os-release'), 'utf8')).toContain('busybox for tests')
  peer('umoci', 'config', '--image', `${directory}/layout:latest`, '--tag', 'changed', '--config.label', 'made=umoci')
  expect(await tspod('pull', '-q', 'oci:layout:changed')).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await tspod('image', 'inspect', '--format', '{{.Labels.made}}', 'localhost/changed')).stdout).toBe('umoci\n')
})

test('podman loads what is saved, and its own is loaded', async ({ tspod, directory }) => {
  const image = await published('peer/podman', ['gzip', 'gzip', 'gzip'])
  await tspod('pull', '-q', 'peer/podman')
  const name = 'docker.io/peer/podman:latest'
  for (const format of ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir']) {
    const [ours, theirs] = [join(directory, `ours-${format}`), join(directory, `theirs-${format}`)]
    await tspod('save', '-q', '--format', format, '-o', ours, 'peer/podman')
    expect(podman(directory, 'load', '-q', '-i', `ours-${format}`)).toContain('Loaded image')
    if (format.endsWith('-dir')) podman(directory, 'tag', idOf(image), name)
    expect(podman(directory, 'images', '-q', '--no-trunc', name)).toBe(`sha256:${idOf(image)}\n`)
    podman(directory, 'save', '-q', '--format', format, '-o', theirs, name)
    podman(directory, 'rmi', '-f', '-a')
    const other = anotherRoot(directory)
    expect(await other('load', '-q', '-i', theirs)).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await other('images', '-q', '--no-trunc')).stdout).toBe(`sha256:${idOf(image)}\n`)
  }
}, 120_000)

test('a docker archive names its directories and blobs so that the oldest readers find them', async ({
  tspod,
  directory,
}) => {
  const image = await published('layout/archive')
  await tspod('pull', '-q', 'layout/archive')
  await tspod('save', '-q', '-o', 'saved.tar', 'layout/archive')
  const diffIds = await Promise.all([0, 1, 2].map(async (index) => digestOf(await layerTar(index)).slice(7)))
  expect(listTar(join(directory, 'saved.tar')).sort()).toEqual(
    [...diffIds.map((id) => `${id}.tar`), `${idOf(image)}.json`, 'manifest.json', 'repositories'].sort(),
  )
  const read = (name: string) => JSON.parse(peer('tar', '-xOf', join(directory, 'saved.tar'), name))
  expect(read('manifest.json')).toEqual([
    {
      Config: `${idOf(image)}.json`,
      RepoTags: ['docker.io/layout/archive:latest'],
      Layers: diffIds.map((id) => `${id}.tar`),
    },
  ])
  expect(read('repositories')).toEqual({ 'docker.io/layout/archive': { latest: diffIds[2] } })
})

test('a signature and an attestation beside an image are copied with --all', async ({ tspod, directory }) => {
  const image = imageOf([await tarOf([file('signed')])])
  const layer = {
    mediaType: 'application/vnd.in-toto+json',
    digest: image.layers[0]?.digest,
    size: image.layers[0]?.bytes.length,
  }
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI,
      config: { mediaType: CONFIG, digest: image.config.digest, size: image.config.bytes.length },
      layers: [layer],
    }),
  )
  const attestation: BuiltImage = { ...image, manifest: { bytes, digest: digestOf(bytes), mediaType: OCI } }
  const index = await pushIndex(inject('registry'), { repository: 'copy/attested', tag: 'latest' }, [
    { image, platform: { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch } },
    { image: attestation, platform: { os: 'unknown', architecture: 'unknown' } },
  ])
  await tspod('copy', '-q', '--all', 'docker://copy/attested', `oci:${directory}/layout:v1`)
  const copied = await tspod(
    'copy',
    '-q',
    '--all',
    `oci:${directory}/layout:v1`,
    `docker://${inject('registry')}/copy/again`,
  )
  expect(copied.exitCode, copied.stderr).toBe(0)
  expect(await manifestAt('copy/again', 'latest')).toBe(index.bytes.toString())
})

test('a directory that lies about a blob is not believed', async ({ tspod, directory }) => {
  await published('lying/place')
  await tspod('copy', '-q', 'docker://lying/place', `oci:${directory}/layout:v1`)
  const index = JSON.parse(readFileSync(join(directory, 'layout/index.json'), 'utf8'))
  const manifest = JSON.parse(
    readFileSync(join(directory, 'layout/blobs/sha256', index.manifests[0].digest.slice(7)), 'utf8'),
  )
  const { digest, size } = manifest.layers[1]
  writeFileSync(join(directory, 'layout/blobs/sha256', digest.slice(7)), Buffer.alloc(size))
  for (const to of [
    'dir:copied',
    'oci-archive:copied.tar:x',
    'docker-archive:copied.tar:x',
    `docker://${inject('registry')}/lying/copied`,
    'containers-storage:copied',
  ]) {
    const failed = await tspod('copy', '-q', `oci:${directory}/layout:v1`, to)
    expect(failed.exitCode, to).toBe(125)
    expect(failed.stderr, to).toMatch(/^error: [^\n]*\[E_[A-Z_]+\]\n(hint: [^\n]*\n)?$/)
  }
  expect(peer('ls', '-A', directory).trimEnd().split('\n')).toEqual(['layout', 'root', 'run'])
  expect((await tspod('images', '-q')).stdout).toBe('')
  expect(blobsIn(tspod)).toEqual([])
})

const COMPRESSIONS = ['gzip', 'zstd', 'none'] as const
const OCI = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'

function layerTar(index: number): Promise<Buffer> {
  return tarOf([file(`layer-${index}`)])
}

/** An image of three layers, each compressed in another way, on the registry that stands in for docker.io. */
async function published(name: string, compression: readonly Compression[] = COMPRESSIONS): Promise<BuiltImage> {
  const image = imageOf(await Promise.all([0, 1, 2].map(layerTar)), { compression })
  await push(inject('registry'), name, 'latest', image)
  return image
}

async function manifestAt(repository: string, tag: string): Promise<string> {
  const accept = ['manifest.v1', 'index.v1'].map((kind) => `application/vnd.oci.image.${kind}+json`).join(', ')
  const docker = 'application/vnd.docker.distribution.manifest.v2+json'
  const response = await fetch(`http://${inject('registry')}/v2/${repository}/manifests/${tag}`, {
    headers: { accept: `${accept}, ${docker}` },
  })
  return await response.text()
}

function typeOf(mediaType: string): string {
  return /(gzip|zstd)$/.exec(mediaType)?.[1] ?? 'none'
}

function plain(bytes: Buffer, compression: string): Buffer {
  if (compression === 'gzip') return gunzipSync(bytes)
  return compression === 'zstd' ? zstdDecompressSync(bytes) : bytes
}

function digestsOf(image: BuiltImage): string[] {
  return [image.manifest, image.config, ...image.layers].map(({ digest }) => digest.slice('sha256:'.length))
}

function idOf(image: BuiltImage): string {
  return image.config.digest.slice('sha256:'.length)
}

function file(name: string): TarEntry {
  return { name, mode: 0o644, content: name.repeat(100) }
}
