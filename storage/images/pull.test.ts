import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { hexOf } from '../content/digest.ts'
import { type TarItem, tar } from '../layers/tar-builder.ts'
import type { Storage } from '../open.ts'
import { openTestStorage } from '../open-for-test.ts'
import { ACCEPT_ANYTHING } from '../policy/trust-policy.ts'
import { type FakeRegistry, sha256, startFakeRegistry } from '../registry/fake-registry.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../registry/media-type.ts'
import { DEFAULT_REGISTRIES } from '../registry/registries-config.ts'
import type { PullEvent } from './progress.ts'
import { type PullOptions, pullImage } from './pull.ts'

const PLATFORM = { os: 'linux', architecture: 'amd64', variant: '' }
const LAYERS: readonly (readonly TarItem[])[] = [
  [
    { name: 'etc/', type: '5' },
    { name: 'etc/passwd', data: 'root:x:0:0::/root:/bin/sh\n' },
  ],
  [{ name: 'large', data: 'x'.repeat(700_000) }, { name: 'etc/.wh.passwd' }],
  [],
]

interface ImageOptions {
  readonly layers?: readonly (readonly TarItem[])[]
  readonly diffIds?: readonly string[]
  readonly tag?: string
  /** what the manifest says of a layer instead of the truth */
  readonly lie?: (layer: object, index: number) => object
}

/** Puts an image into the registry: layers in turn gzip, zstd, and plain. */
function putImage(registry: FakeRegistry, options: ImageOptions = {}) {
  const compress = [gzipSync, zstdCompressSync, (bytes: Buffer) => bytes]
  const tars = (options.layers ?? LAYERS).map((items) => tar(items))
  const blobs = tars.map((bytes, index) => (compress[index % 3] ?? gzipSync)(bytes))
  for (const blob of blobs) registry.put(blob)
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created: '2024-01-02T03:04:05Z',
    config: { Env: ['A=b'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: options.diffIds ?? tars.map((bytes) => sha256(bytes)) },
  })
  const layers = blobs.map((blob, index) => {
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: sha256(blob), size: blob.length }
    return options.lie?.(layer, index) ?? layer
  })
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: registry.put(config),
      size: config.length,
    },
    layers,
  })
  const digest = registry.put(manifest, options.tag === undefined ? {} : { tag: options.tag })
  return { id: hexOf(sha256(config)), digest, manifest, blobs }
}

function pull(storage: Storage, registry: FakeRegistry, options: Partial<PullOptions> & { name?: string } = {}) {
  const { name = `${registry.host}/team/app:latest`, ...rest } = options
  return pullImage(storage, name, {
    trust: ACCEPT_ANYTHING,
    platform: PLATFORM,
    registries: DEFAULT_REGISTRIES,
    tlsVerify: false,
    registry: { retry: { tries: 2, firstDelayMs: 1 } },
    ...rest,
  })
}

/** Nothing of a failed pull shows, and what it left on disk is no more than parts to go on with. */
function expectNothing(storage: Storage): void {
  expect(storage.images.list()).toEqual([])
  const left = readdirSync(storage.paths.temporary).filter((name) => !name.startsWith('partial-'))
  expect(left).toEqual([])
}

test('an image is fetched by index, unpacked, and described as it is', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  const { id, digest, manifest, blobs } = putImage(registry)
  const entry = {
    mediaType: OCI_MANIFEST,
    digest,
    size: manifest.length,
    platform: { os: 'linux', architecture: 'amd64' },
  }
  const other = { ...entry, digest: sha256('arm'), platform: { os: 'linux', architecture: 'arm64' } }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [other, entry] })
  const indexDigest = registry.put(index, { tag: 'latest', mediaType: OCI_INDEX })
  const events: PullEvent[] = []
  const image = await pull(storage, registry, { onProgress: (event) => events.push(event) })

  const repository = `${registry.host}/team/app`
  expect(image).toMatchObject({
    id,
    manifestDigest: digest,
    names: [`${repository}:latest`],
    createdAtMs: Date.parse('2024-01-02T03:04:05Z'),
    config: { env: ['A=b'], cmd: ['sh'] },
    sizeBytes: 700_026,
  })
  expect([...image.repoDigests].sort()).toEqual([`${repository}@${digest}`, `${repository}@${indexDigest}`].sort())
  expect(storage.images.resolve(id.slice(0, 12))).toEqual(image)
  const [bottom, top] = image.layers
  expect(readFileSync(join(storage.paths.layer(bottom?.chainId ?? ''), 'etc/passwd'), 'utf8')).toContain('root:')
  expect(readdirSync(join(storage.paths.layer(top?.chainId ?? ''), 'etc'))).toEqual(['passwd'])
  // What is pushed later is byte-exact what came.
  expect(storage.content.readBlob(indexDigest, 10_000).toString()).toBe(index)
  expect(storage.content.readBlob(sha256(blobs[0] ?? ''), 10_000)).toEqual(blobs[0])
  expect(readdirSync(storage.paths.temporary)).toEqual([])
  expect(events[0]).toEqual({ type: 'resolved', reference: `${repository}:latest` })
  const phases = events.flatMap((event) => (event.type === 'layer' ? [event.phase] : []))
  expect(new Set(phases)).toEqual(new Set(['waiting', 'downloading', 'unpacking', 'done']))
})

test('what is there is neither fetched nor unpacked again', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  putImage(registry, { tag: 'latest' })
  putImage(registry, { tag: 'more', layers: [...LAYERS, [{ name: 'more', data: 'more' }]] })
  await pull(storage, registry)
  const before = registry.requests.length
  await pull(storage, registry, { name: `${registry.host}/team/app:more` })
  const blobs = registry.requests.slice(before).filter(({ line }) => line.includes('/blobs/'))
  expect(blobs).toHaveLength(2) // the configuration and the one new layer
})

test('two pulls at once of the same image do its work once', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  putImage(registry, { tag: 'latest' })
  const [one, two] = await Promise.all([pull(storage, registry), pull(storage, registry)])
  expect(one).toEqual(two)
  const layers = registry.requests.filter(({ line }) => line.includes('/blobs/'))
  expect(new Set(layers.map(({ line }) => line)).size).toBe(layers.length)
})

test('by policy: never asks nobody, missing asks when it must, newer when the tag has moved', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  const first = putImage(registry, { tag: 'latest' })
  await expect(pull(storage, registry, { policy: 'never' })).rejects.toMatchObject({ code: 'E_IMAGE_NOT_FOUND' })
  expect(registry.requests).toEqual([])
  await pull(storage, registry, { policy: 'missing' })
  const before = registry.requests.length
  expect(await pull(storage, registry, { policy: 'missing' })).toMatchObject({ id: first.id })
  expect(registry.requests).toHaveLength(before)
  await pull(storage, registry, { policy: 'newer' })
  expect(registry.requests.slice(before).map(({ line }) => line)).toEqual(['HEAD /v2/team/app/manifests/latest'])
  const second = putImage(registry, { tag: 'latest', layers: [[{ name: 'changed', data: '1' }]] })
  expect(await pull(storage, registry, { policy: 'newer' })).toMatchObject({ id: second.id })
  expect(storage.images.resolve(first.id).names).toEqual([])
})

test.for([
  [
    'a diff id that is not that of the layer',
    { diffIds: LAYERS.map((_, index) => sha256(`${index}`)) },
    'E_DIFF_ID_MISMATCH',
  ],
  ['fewer diff ids than layers', { diffIds: [sha256('x')] }, 'E_BAD_IMAGE'],
  ['a layer that goes up', { layers: [[{ name: '../out', data: 'x' }]] }, 'E_LAYER_UNSAFE'],
  ['a damaged tar', { layers: [[{ name: 'x', badChecksum: true }]] }, 'E_LAYER_INVALID'],
  ['a size that is too small', { lie: (layer: object) => ({ ...layer, size: 10 }) }, 'E_REGISTRY_PROTOCOL'],
] as const)('%s is refused, and nothing of the image shows', async ([, options, code]) => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  putImage(registry, { tag: 'latest', ...options })
  await expect(pull(storage, registry)).rejects.toMatchObject({ code })
  expectNothing(storage)
})

test('a layer with other bytes than its digest says is refused, and fetched anew the next time', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  const { blobs } = putImage(registry, { tag: 'latest' })
  const blob = blobs[1] ?? Buffer.alloc(0)
  registry.once(sha256(blob), (_request, response) => {
    const wrong = Buffer.from(blob)
    wrong[wrong.length - 1] = (wrong.at(-1) ?? 0) ^ 1
    response.writeHead(200, { 'content-length': wrong.length }).end(wrong)
  })
  await expect(pull(storage, registry)).rejects.toMatchObject({ code: 'E_DIGEST_MISMATCH' })
  expectNothing(storage)
  expect((await pull(storage, registry)).layers).toHaveLength(3)
})

test('a download that breaks off goes on where it was in the next pull', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  const noise = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * index * 7919) >> 7))
  const { blobs } = putImage(registry, { tag: 'latest', layers: [[{ name: 'noise', data: noise }]] })
  const blob = blobs[0] ?? Buffer.alloc(0)
  registry.once(
    sha256(blob),
    (_request, response) => {
      response.writeHead(200, { 'content-length': blob.length })
      response.write(blob.subarray(0, 1000), () => response.destroy())
    },
    2,
  )
  await expect(pull(storage, registry)).rejects.toMatchObject({ code: 'E_REGISTRY_UNREACHABLE' })
  expectNothing(storage)
  const before = registry.requests.length
  await pull(storage, registry)
  const ranges = registry.requests.slice(before).flatMap(({ range }) => (range === undefined ? [] : [range]))
  expect(ranges).toEqual(['bytes=1000-'])
})

test('a damaged part or blob of an earlier time is thrown away and fetched anew', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  const { blobs } = putImage(registry, { tag: 'latest' })
  const [first, second] = [blobs[0] ?? Buffer.alloc(0), blobs[1] ?? Buffer.alloc(0)]
  writeFileSync(storage.paths.partialBlob(sha256(first)), 'rubbish')
  writeFileSync(storage.paths.blob(sha256(second)), Buffer.alloc(second.length))
  expect((await pull(storage, registry)).layers).toHaveLength(3)
  expect(storage.content.readBlob(sha256(second), 1e6)).toEqual(second)
})

test('what a dead process left is swept by the next pull, what a living one has is not', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  putImage(registry, { tag: 'latest' })
  const { temporary } = storage.paths
  const start = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19]
  const dead = join(temporary, `layer-${process.pid}-1-0123456789ab`)
  const alive = join(temporary, `layer-${process.pid}-${start}-0123456789ab`)
  for (const path of [dead, alive]) mkdirSync(join(path, 'dir'), { recursive: true })
  await pull(storage, registry)
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true])
})

test('a layer directory without a row, as a killed process leaves it, is made anew', async () => {
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  putImage(registry, { tag: 'latest' })
  const diffId = sha256(tar(LAYERS[0] ?? []))
  mkdirSync(join(storage.paths.layer(diffId), 'half'), { recursive: true })
  await pull(storage, registry)
  expect(readdirSync(storage.paths.layer(diffId))).toEqual(['etc'])
})

test('a short name is looked for where registries.conf says, and the first that has it counts', async () => {
  await using empty = await startFakeRegistry()
  await using registry = await startFakeRegistry()
  using storage = openTestStorage()
  const { id } = putImage(registry, { tag: 'latest' })
  const unqualifiedSearch = { value: [empty.host, registry.host], origin: 'a test' }
  const registries = { ...DEFAULT_REGISTRIES, unqualifiedSearch }
  const image = await pull(storage, registry, { name: 'team/app', registries })
  expect(image).toMatchObject({ id, names: [`${registry.host}/team/app:latest`] })
  expect(storage.images.find('team/app')?.id).toBe(id)
  const nowhere = pull(storage, registry, { name: 'team/none:1', registries })
  await expect(nowhere).rejects.toMatchObject({
    code: 'E_IMAGE_NOT_FOUND',
    message: expect.stringContaining(empty.host),
  })
})
