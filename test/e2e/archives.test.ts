import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { inject } from 'vitest'
import { paxRecord, type TarItem, tar } from '../../storage/layers/tar-builder.ts'
import { anotherRoot, blobsIn, leftoversIn, listTar, peer, sha256Of } from '../support/archives.ts'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import { type BuiltImage, digestOf, imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'
import { openTerminal } from '../support/terminal.ts'
import { resultOf, TSPOD, type Tspod } from '../support/tspod.ts'
import { until } from '../support/until.ts'

const FORMATS = ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir'] as const

test.for(FORMATS)('save and load by %s keep an image', async (format, { tspod, directory }) => {
  const image = await pulled(tspod, 'kept/image')
  const place = join(directory, 'saved')
  expect(await tspod('save', '-q', '--format', format, '-o', place, 'kept/image')).toEqual(SILENT)
  const other = anotherRoot(directory)
  const name = format === 'docker-dir' ? `sha256:${idOf(image)}` : 'docker.io/kept/image:latest'
  expect(await other('load', '-q', '-i', place)).toEqual({ ...SILENT, stdout: `Loaded image: ${name}\n` })
  expect((await other('images', '-q', '--no-trunc')).stdout).toBe(`sha256:${idOf(image)}\n`)
  const digest = (await other('image', 'inspect', '--format', '{{.Digest}}', idOf(image))).stdout.trim()
  if (format.startsWith('oci')) {
    expect(digest).toBe(image.manifest.digest)
    expect(blobsIn(other)).toEqual(blobsIn(tspod))
  } else expect(blobsIn(other)).toContain(idOf(image))

  // A second time it is the same to the byte, from where it came to as well.
  const [first, second] = [join(directory, 'first'), join(directory, 'second')]
  await other('tag', idOf(image), 'docker.io/kept/image:latest')
  await tspod('save', '-q', '--format', 'oci-archive', '-o', first, 'kept/image')
  await other('save', '-q', '--format', 'oci-archive', '-o', second, 'kept/image')
  if (format.startsWith('oci')) expect(sha256Of(second)).toBe(sha256Of(first))
  await tspod('save', '-q', '-o', first, 'kept/image')
  await other('save', '-q', '-o', second, 'kept/image')
  expect(sha256Of(second)).toBe(sha256Of(first))
})

test('what comes back as a docker archive does not take the place of what was pulled', async ({ tspod, directory }) => {
  const image = await pulled(tspod, 'kept/exact')
  const blobs = blobsIn(tspod)
  await tspod('save', '-q', '-o', join(directory, 'saved.tar'), 'kept/exact')
  await tspod('untag', 'kept/exact')
  expect((await tspod('load', '-q', '-i', 'saved.tar')).stdout).toBe('Loaded image: docker.io/kept/exact:latest\n')
  expect((await tspod('images', '--format', '{{.Repository}} {{.Digest}}')).stdout).toBe(
    `docker.io/kept/exact ${image.manifest.digest}\n`,
  )
  expect(blobsIn(tspod)).toEqual(blobs)
})

test('several images in one archive share what they have in common', async ({ tspod, directory }) => {
  const base = await tarOf([file('base')])
  for (const name of ['one', 'two']) {
    await push(inject('registry'), `many/${name}`, 'v1', imageOf([base, await tarOf([file(name)])]))
    await tspod('pull', '-q', `many/${name}:v1`)
  }
  await tspod('tag', 'many/one:v1', 'other.example/one:v2')
  const refs = ['many/one:v1', 'other.example/one:v2', 'many/two:v1']
  for (const format of ['docker-archive', 'oci-archive']) {
    const archive = join(directory, format)
    expect(await tspod('save', '-q', '-m', '--format', format, '-o', archive, ...refs)).toEqual(SILENT)
    const blobs = listTar(archive).filter((name) => /[0-9a-f]{64}/.test(name))
    expect(new Set(blobs).size).toBe(blobs.length)
    expect(blobs.filter((name) => name.endsWith('.tar'))).toHaveLength(format === 'docker-archive' ? 3 : 0)
    const other = anotherRoot(directory)
    expect((await other('load', '-q', '-i', archive)).stdout.trimEnd().split('\n')).toEqual([
      'Loaded image: docker.io/many/one:v1',
      'Loaded image: other.example/one:v2',
      'Loaded image: docker.io/many/two:v1',
    ])
    const one = await other('pull', '-q', `${format}:${archive}:many/two:v1`)
    expect(one.exitCode, one.stderr).toBe(format === 'docker-archive' ? 0 : 125)
    const picked = anotherRoot(directory)
    expect(await picked('pull', '-q', `${format}:${archive}:@1`)).toMatchObject({ exitCode: 0 })
    expect((await picked('images', '--format', '{{.Repository}}')).stdout).toMatch(
      /^(docker.io\/many\/two|other.example\/one)\n$/,
    )
  }
})

test('save into a pipe is what load reads from one', async ({ tspod, directory }) => {
  const image = await pulled(tspod, 'piped/image')
  const other = anotherRoot(directory)
  const [save, load] = [tspod.spawn(['save', 'piped/image']), other.spawn(['load'])]
  if (!save.stdout || !load.stdin) throw new Error('no pipes')
  save.stdout.pipe(load.stdin)
  save.stdin?.end()
  expect(await resultOf(load)).toMatchObject({ exitCode: 0, stdout: 'Loaded image: docker.io/piped/image:latest\n' })
  expect((await other('images', '-q', '--no-trunc')).stdout).toBe(`sha256:${idOf(image)}\n`)
  expect(leftoversIn(other).filter((name) => name.includes('-'))).toEqual([])
})

test.for([
  ['gzip', 'gz'],
  ['zstd', 'zst'],
  ['xz', 'xz'],
  ['bzip2', 'bz2'],
] as const)(
  'an archive compressed with %s is loaded, from a file and from stdin',
  async ([program, ending], { tspod, directory }) => {
    await pulled(tspod, 'packed/image')
    const archive = join(directory, 'saved.tar')
    await tspod('save', '-q', '-o', archive, 'packed/image')
    peer(program, '-q', archive)
    const loaded = { exitCode: 0, stdout: 'Loaded image: docker.io/packed/image:latest\n' }
    expect(await anotherRoot(directory)('load', '-i', `${archive}.${ending}`)).toMatchObject(loaded)
    const input = readFileSync(`${archive}.${ending}`)
    expect(await anotherRoot(directory).with({ input }, 'load')).toMatchObject(loaded)
    const cut = anotherRoot(directory)
    expectOneLine(await cut.with({ input: input.subarray(0, input.length - 40) }, 'load', '-q'), 'E_BAD_ARCHIVE')
    expect(leftoversIn(cut)).toEqual([])
  },
)

test('a program that is missing is named', async ({ tspod }) => {
  const input = Buffer.from('\xfd7zXZ\0'.padEnd(100, 'x'), 'latin1')
  expect(await tspod.with({ input, env: { PATH: '/nowhere' } }, 'load')).toEqual({
    exitCode: 125,
    stdout: '',
    stderr:
      'error: stdin is compressed with xz, which is not installed [E_NO_PROGRAM]\nhint: run as root: "apt install xz-utils"\n',
  })
})

test('nothing is written to a terminal, and nothing read from one', async ({ tspod }) => {
  await tspod('pull', '-q', 'alpine')
  for (const command of [['save', 'alpine'], ['load']]) {
    await using terminal = openTerminal([TSPOD, '--root', tspod.root, '--runroot', tspod.runroot, ...command])
    expect(await terminal.exitCode()).toBe(125)
    expect(stripVTControlCharacters(terminal.text())).toMatch(
      /^error: .*terminal \[E_TERMINAL\]\r\nhint: .*--(output|input)/,
    )
  }
})

test.for([
  ['E_IMAGE_NOT_FOUND', 'save', '-o', 'x.tar', 'nowhere'],
  ['E_BAD_ARGUMENTS', 'save', '--format', 'oci-dir', 'alpine'],
  ['E_BAD_ARGUMENTS', 'save', '--format', 'docker-dir', '-o', 'x', 'alpine', 'other'],
  ['E_CANNOT_WRITE', 'save', '-q', '-o', '/nowhere/x.tar', 'alpine'],
  ['E_CANNOT_WRITE', 'save', '-q', '--format', 'oci-dir', '-o', '/proc/x', 'alpine'],
  ['E_NO_SUCH_FILE', 'load', '-i', 'nothing.tar'],
  ['E_BAD_ARCHIVE', 'load', '-i', '.'],
  ['E_NO_SUCH_FILE', 'pull', 'oci:nothing'],
  ['E_BAD_TRANSPORT', 'pull', 'oci:'],
  ['E_BAD_TRANSPORT', 'pull', 'docker-daemon:alpine'],
] as const)('%s is what one line says of %j', async ([code, ...argv], { tspod, directory }) => {
  await tspod('pull', '-q', 'alpine')
  await push(inject('registry'), 'library/other', 'latest', imageOf([await tarOf([file('other')])]))
  await tspod('pull', '-q', 'other')
  expectOneLine(await tspod(...argv), code)
  expect(listDirectory(directory)).toEqual(['root', 'run'])
})

const CONFIG = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [digestOf(layer())] },
})
const MANIFEST = JSON.stringify([{ Config: 'c.json', RepoTags: ['evil:1'], Layers: ['l.tar'] }])
const GOOD: readonly TarItem[] = [
  { name: 'c.json', data: CONFIG },
  { name: 'l.tar', data: layer() },
  { name: 'manifest.json', data: MANIFEST },
]
const without = (name: string) => GOOD.filter((item) => item.name !== name)
const instead = (name: string, data: string | Buffer) => [...without(name), { name, data }]
const layoutOf = (manifest: string, more: readonly TarItem[] = []): TarItem[] => {
  const digest = digestOf(Buffer.from(manifest))
  const index = { schemaVersion: 2, manifests: [{ digest, size: manifest.length, mediaType: OCI }] }
  return [
    { name: 'index.json', data: JSON.stringify(index) },
    { name: `blobs/sha256/${digest.slice(7)}`, data: manifest },
    ...more,
  ]
}
const OCI = 'application/vnd.oci.image.manifest.v1+json'
const DESCRIPTOR = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: digestOf(Buffer.from('x')),
  size: 1,
}

// biome-ignore format: a table
const HOSTILE: readonly (readonly [what: string, bytes: Buffer, words: RegExp])[] = [
  ['nothing',                         Buffer.alloc(0),                                     /nothing in it/],
  ['no archive',                      Buffer.from('#!/bin/sh\n'.repeat(1000)),             /not an image archive/],
  ['an archive of something else',    tar([{ name: 'readme' }]),                           /neither index.json nor manifest.json/],
  ['a cut archive',                   tar(GOOD).subarray(0, 1800),                         /cut off/],
  ['a wrong checksum',                tar([{ name: 'x', badChecksum: true }]),             /wrong checksum/],
  ['an entry that leads up',          tar([...GOOD, { name: '../../x', data: 'x' }]),      /leads out/],
  ['an absolute entry',               tar([...GOOD, { name: '/etc/x', data: 'x' }]),       /leads out/],
  ['an absolute link',                tar([...without('l.tar'), { name: 'l.tar', type: '2', linkName: '/etc/passwd' }]), /leads out/],
  ['a link that leads up',            tar([...without('l.tar'), { name: 'l.tar', type: '2', linkName: '../x' }]), /leads out/],
  ['a hard link that leads up',       tar([...GOOD, { name: 'h', type: '1', linkName: '../../x' }]), /leads out/],
  ['links in a circle',               tar([...without('l.tar'), { name: 'l.tar', type: '2', linkName: 'm' }, { name: 'm', type: '2', linkName: 'l.tar' }]), /has no l.tar/],
  ['an entry twice',                  tar([...GOOD, { name: 'c.json', data: '{}' }]),      /twice/],
  ['no configuration',                tar(without('c.json')),                              /has no c.json/],
  ['no layer',                        tar(without('l.tar')),                               /has no l.tar/],
  ['another layer',                   tar(instead('l.tar', layer('other'))),               /expected sha256/],
  ['a layer that is no tar',          tar(instead('l.tar', 'x'.repeat(2000))),             /expected sha256|not valid/],
  ['a manifest that leads out',       tar(instead('manifest.json', MANIFEST.replace('l.tar', '../l.tar'))), /leads out/],
  ['a manifest that is not JSON',     tar(instead('manifest.json', 'x')),                  /not JSON/],
  ['a manifest of another shape',     tar(instead('manifest.json', '[{"Config":1}]')),     /Config is not a string/],
  ['a name that is none',             tar(instead('manifest.json', MANIFEST.replace('evil', '-;rm'))), /not an image name/],
  ['a configuration without layers',  tar(instead('c.json', '{"rootfs":{"type":"layers"}}')), /layers/],
  ['a large manifest',                tar(instead('manifest.json', Buffer.alloc(5 << 20, 0x20))), /larger than/],
  ['a large pax header',              tar([{ name: 'x', type: 'x', data: Buffer.alloc(2 << 20) }]), /1 MiB/],
  ['a bad pax header',                tar([{ name: 'x', type: 'x', data: Buffer.concat([paxRecord('size', '-1')]) }, ...GOOD]), /not a number/],
  ['a size that is not there',        tar([{ name: 'c.json', sizeBytes: 2 ** 40 }]),       /cut off/],
  ['an index that is not JSON',       tar([{ name: 'index.json', data: '{' }]),            /not JSON/],
  ['an index of nothing',             tar([{ name: 'index.json', data: '{"manifests":[]}' }]), /no image/],
  ['a manifest that is missing',      tar(layoutOf('{}').slice(0, 1)),                     /does not have/],
  ['a manifest of another digest',    tar([...layoutOf('{}').slice(0, 1), { name: layoutOf('{}')[1]?.name ?? '', data: '[]' }]), /expected sha256/],
  ['a manifest that says nothing',    tar(layoutOf('{}')),                                 /not valid/],
  ['a blob that is missing',          tar(layoutOf(JSON.stringify({ schemaVersion: 2, config: DESCRIPTOR, layers: [] }))), /does not have/],
  ['a blob of another size',          tar(layoutOf(JSON.stringify({ schemaVersion: 2, config: DESCRIPTOR, layers: [] }), [{ name: `blobs/sha256/${DESCRIPTOR.digest.slice(7)}`, data: 'xx' }])), /should have 1 bytes/],
  ['a blob of another digest',        tar(layoutOf(JSON.stringify({ schemaVersion: 2, config: DESCRIPTOR, layers: [] }), [{ name: `blobs/sha256/${DESCRIPTOR.digest.slice(7)}`, data: 'y' }])), /expected sha256/],
]

test.for(HOSTILE)('of %s nothing is left but one line', async ([, bytes, words], { tspod, directory }) => {
  writeFileSync(join(directory, 'hostile.tar'), bytes)
  for (const failed of [
    await tspod('load', '-q', '-i', 'hostile.tar'),
    await tspod.with({ input: bytes }, 'load', '-q'),
  ]) {
    expectOneLine(failed)
    expect(failed.stderr).toMatch(words)
    expect(leftoversIn(tspod)).toEqual([])
    expect((await tspod('images', '-a', '-q')).stdout).toBe('')
  }
})

test('the archives of the oldest dockers, and links to layers, are read', async ({ tspod, directory }) => {
  const [bottom, top] = ['a'.repeat(64), 'b'.repeat(64)]
  const config = { architecture: 'amd64', os: 'linux', created: '2015-01-01T00:00:00Z', config: { Cmd: ['/x'] } }
  const legacy = tar([
    { name: `${bottom}/`, type: '5' },
    { name: `${bottom}/VERSION`, data: '1.0' },
    {
      name: `${bottom}/json`,
      data: JSON.stringify({ id: bottom, container_config: { Cmd: ['ADD', 'x'] }, os: 'linux' }),
    },
    { name: `${bottom}/layer.tar`, data: layer('bottom') },
    { name: `${top}/json`, data: JSON.stringify({ id: top, parent: bottom, ...config }) },
    { name: `${top}/layer.tar`, data: layer('top') },
    { name: 'repositories', data: JSON.stringify({ old: { v1: top }, 'quay.io/also/old': { v2: top } }) },
  ])
  writeFileSync(join(directory, 'legacy.tar'), legacy)
  expect((await tspod('load', '-q', '-i', 'legacy.tar')).stdout).toBe(
    'Loaded image: docker.io/library/old:v1\nLoaded image: quay.io/also/old:v2\n',
  )
  const inspected = await tspod(
    'image',
    'inspect',
    '--format',
    '{{json .RootFS.Layers}} {{json .Config.Cmd}}',
    'old:v1',
  )
  expect(inspected.stdout).toBe(`${JSON.stringify([digestOf(layer('bottom')), digestOf(layer('top'))])} ["/x"]\n`)

  const linked = tar([
    ...without('l.tar'),
    { name: 'real.tar', data: layer() },
    { name: 'd/', type: '5' },
    { name: 'd/layer.tar', type: '2', linkName: '../real.tar' },
    { name: 'l.tar', type: '1', linkName: 'd/layer.tar' },
  ])
  expect(await tspod.with({ input: linked }, 'load', '-q')).toMatchObject({
    stdout: 'Loaded image: docker.io/library/evil:1\n',
  })
})

test('what docker 25 and later write is loaded with its own manifest', async ({ tspod, directory }) => {
  const image = imageOf([layer()], { compression: ['none'] })
  const blobs = [image.manifest, image.config, ...image.layers]
  const annotations = {
    'io.containerd.image.name': 'docker.io/library/both:3',
    'org.opencontainers.image.ref.name': '3',
  }
  const { mediaType, digest, bytes } = image.manifest
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length, annotations }] }
  const at = (blob: { digest: string }) => `blobs/sha256/${blob.digest.slice(7)}`
  const manifest = [{ Config: at(image.config), RepoTags: ['both:3'], Layers: image.layers.map(at) }]
  const archive = tar([
    ...blobs.map((blob) => ({ name: at(blob), data: blob.bytes })),
    { name: 'index.json', data: JSON.stringify(index) },
    { name: 'manifest.json', data: JSON.stringify(manifest) },
    { name: 'oci-layout', data: '{"imageLayoutVersion":"1.0.0"}' },
  ])
  expect((await tspod.with({ input: archive }, 'load', '-q')).stdout).toBe('Loaded image: docker.io/library/both:3\n')
  expect((await tspod('images', '--format', '{{.Digest}}')).stdout).toBe(`${digest}\n`)
  const unpacked = join(directory, 'unpacked')
  mkdirSync(unpacked)
  writeFileSync(join(directory, 'both.tar'), archive)
  peer('tar', '-C', unpacked, '-xf', join(directory, 'both.tar'))
  rmSync(join(unpacked, 'index.json'))
  const other = anotherRoot(directory)
  expect((await other('load', '-q', '-i', unpacked)).stdout).toBe('Loaded image: docker.io/library/both:3\n')
})

test('what was saved is there whole or not at all', async ({ tspod, directory }) => {
  const image = await pulled(tspod, 'damaged/image')
  const damaged = image.layers[1]?.digest.slice(7) ?? ''
  writeFileSync(join(tspod.root, 'blobs/sha256', damaged), Buffer.alloc(image.layers[1]?.bytes.length ?? 0))
  writeFileSync(join(directory, 'saved.tar'), 'before')
  for (const format of FORMATS) {
    const failed = await tspod(
      'save',
      '-q',
      '--format',
      format,
      '-o',
      format === 'docker-archive' ? 'saved.tar' : `new-${format}`,
      'damaged/image',
    )
    expectOneLine(failed)
  }
  expect(readFileSync(join(directory, 'saved.tar'), 'utf8')).toBe('before')
  expect(listDirectory(directory)).toEqual(['root', 'run', 'saved.tar'])
})

test('what a killed load leaves is gone after the next one', async ({ tspod, directory }) => {
  await pulled(tspod, 'killed/load')
  await tspod('save', '-q', '-o', 'saved.tar', 'killed/load')
  const bytes = readFileSync(join(directory, 'saved.tar'))
  const other = anotherRoot(directory)
  await other('images')
  const child = other.spawn(['load', '-q'])
  child.stdin?.write(bytes.subarray(0, bytes.length - 2000))
  await until('it takes the archive apart', () => leftoversIn(other).length > 0)
  child.kill('SIGKILL')
  await resultOf(child)
  expect(leftoversIn(other)).not.toEqual([])
  expect(await other('load', '-q', '-i', join(directory, 'saved.tar'))).toMatchObject({ exitCode: 0, stderr: '' })
  expect(listDirectory(join(other.root, 'tmp'))).toEqual([''])
})

test('a layer of 600 MB is loaded, saved and loaded again in less than 250 MB', async ({ tspod, directory }) => {
  peer(
    'sh',
    '-c',
    `cd ${directory} && mkdir big && truncate -s 600M big/zeros && tar -C big -cf big.tar . && rm -r big`,
  )
  const imported = await peak(tspod, ['import', 'big.tar', 'big'])
  rmSync(join(directory, 'big.tar'))
  const saved = await peak(tspod, ['save', '-q', '-o', 'saved.tar', 'big'])
  const other = anotherRoot(directory)
  const loaded = await peak(other, ['load', '-q', '-i', join(directory, 'saved.tar')])
  const packed = await peak(
    tspod,
    ['copy', '-q', 'big', 'oci-archive:packed.tar:big'],
    ['--compression-format', 'zstd'],
  )
  expect(Math.max(imported, saved, loaded, packed)).toBeLessThan(250 << 10)
}, 180_000)

const SILENT = { exitCode: 0, stdout: '', stderr: '' }

/** The largest resident size in KiB that a command has had. */
async function peak(tspod: Tspod, argv: readonly string[], more: readonly string[] = []): Promise<number> {
  const child = tspod.spawn([...argv, ...more])
  child.stdin?.end()
  let kib = 0
  const look = setInterval(() => {
    kib = Math.max(kib, highWaterMark(child.pid ?? 0))
  }, 10)
  try {
    const { exitCode, stderr } = await resultOf(child)
    expect(exitCode, stderr).toBe(0)
    expect(kib).toBeGreaterThan(1 << 14)
    return kib
  } finally {
    clearInterval(look)
  }
}

/** Source: proc_pid_status(5). */
function highWaterMark(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0 // it has ended
  }
}

/** An image of three layers, each compressed in another way. */
async function pulled(tspod: Tspod, name: string): Promise<BuiltImage> {
  const tars = await Promise.all(['one', 'two', 'three'].map((content) => tarOf([file(content)])))
  const image = imageOf(tars, { compression: ['gzip', 'zstd', 'none'] })
  await push(inject('registry'), name, 'latest', image)
  const result = await tspod('pull', '-q', name)
  expect(result.exitCode, result.stderr).toBe(0)
  return image
}

function expectOneLine(failed: { exitCode: number; stdout: string; stderr: string }, code = 'E_'): void {
  expect(failed).toMatchObject({ exitCode: 125, stdout: '' })
  expect(failed.stderr).toMatch(new RegExp(`^error: [^\\n]*\\[${code}[A-Z_]*\\]\\n(hint: [^\\n]*\\n)?$`))
}

function idOf(image: BuiltImage): string {
  return image.config.digest.slice('sha256:'.length)
}

function layer(content = 'layer'): Buffer {
  return tar([{ name: content, data: content }])
}

function file(name: string): TarEntry {
  return { name, mode: 0o644, content: name }
}

function listDirectory(directory: string): string[] {
  return peer('ls', '-A', directory).trimEnd().split('\n')
}
