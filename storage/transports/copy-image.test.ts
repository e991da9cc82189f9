import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import type { BlobDescriptor } from '../content/content-store.ts'
import { type Digest, digestOfHex } from '../content/digest.ts'
import { tar } from '../layers/tar-builder.ts'
import { type CopyOptions, copyImage } from './copy-image.ts'
import type { ImageDocument, ImageSink, ImageSource } from './image-place.ts'

const temporary = mkdtempSync(join(tmpdir(), 'tspod-copy-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

const PLAIN = [
  tar([{ name: 'one', data: '1' }]),
  tar([{ name: 'two', data: '2' }]),
  tar([{ name: 'three', data: '3' }]),
]
const [ONE = Buffer.of(), TWO = Buffer.of(), THREE = Buffer.of()] = PLAIN
const LAYERS = [gzipSync(ONE), zstdCompressSync(TWO), THREE]
const TYPES = ['tar+gzip', 'tar+zstd', 'tar'].map((end) => `application/vnd.oci.image.layer.v1.${end}`)
const CONFIG = Buffer.from(JSON.stringify({ rootfs: { type: 'layers', diff_ids: PLAIN.map(sha256) } }))
const MANIFEST = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(CONFIG), size: CONFIG.length },
  layers: LAYERS.map((bytes, index) => ({
    mediaType: TYPES[index],
    digest: sha256(bytes),
    size: bytes.length,
    annotations: { of: `${index}` },
  })),
  annotations: { made: 'here' },
}

interface Memory extends ImageSink {
  readonly blobs: Map<string, Buffer>
  readonly documents: ImageDocument[]
  readonly calls: string[]
}

function memorySink(options: Partial<Pick<ImageSink, 'layers' | 'formats'>> = {}): Memory {
  const [blobs, documents, calls] = [new Map<string, Buffer>(), [] as ImageDocument[], [] as string[]]
  return {
    name: 'memory',
    layers: 'any',
    formats: ['oci', 'docker'],
    ...options,
    blobs,
    documents,
    calls,
    hasBlob: async ({ digest }) => blobs.has(digest),
    async writeBlob({ digest, kind }, open) {
      calls.push(kind)
      const chunks: Uint8Array[] = []
      for await (const chunk of open(0)) chunks.push(Buffer.from(chunk))
      const again: Uint8Array[] = []
      for await (const chunk of open(3)) again.push(Buffer.from(chunk))
      const bytes = Buffer.concat(chunks)
      expect(Buffer.concat(again).equals(bytes.subarray(3))).toBe(true)
      blobs.set(digest, bytes)
    },
    async writeDocument(document, { isTop }) {
      calls.push(isTop ? 'top' : 'document')
      documents.push(document)
    },
    commit: async () => void calls.push('commit'),
    [Symbol.asyncDispose]: async () => {},
  }
}

function memorySource(top: Buffer, more: readonly Buffer[] = [], plainSizes = false): ImageSource {
  const all = new Map([top, CONFIG, ...LAYERS, ...more].map((bytes) => [sha256(bytes), bytes]))
  return {
    name: 'memory',
    async readDocument(digest = sha256(top)) {
      return { mediaType: '', digest, bytes: all.get(digest) ?? Buffer.of() }
    },
    async *openBlob({ digest }: BlobDescriptor, offset: number) {
      const bytes = all.get(digest)?.subarray(offset) ?? Buffer.of()
      for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100)
    },
    ...(plainSizes && {
      plainSizeOf: ({ digest }: BlobDescriptor) => PLAIN[LAYERS.findIndex((bytes) => sha256(bytes) === digest)]?.length,
    }),
    [Symbol.asyncDispose]: async () => {},
  }
}

const MANIFEST_BYTES = Buffer.from(JSON.stringify(MANIFEST, null, 3))
const copy = (sink: ImageSink, options: Partial<CopyOptions> = {}, source = memorySource(MANIFEST_BYTES)) =>
  copyImage(source, sink, { temporary, ...options })

test('what may stay as it is stays so, to the byte, blobs first', async () => {
  const sink = memorySink()
  expect(await copy(sink)).toEqual({
    mediaType: MANIFEST.mediaType,
    digest: sha256(MANIFEST_BYTES),
    bytes: MANIFEST_BYTES,
  })
  expect(sink.documents[0]?.bytes).toEqual(MANIFEST_BYTES)
  expect(sink.calls.slice(-2)).toEqual(['top', 'commit'])
  expect(sink.calls.slice(0, -2).sort()).toEqual(['config', 'layer', 'layer', 'layer'])
  sink.calls.length = 0
  await copy(sink)
  expect(sink.calls).toEqual(['top', 'commit'])
})

test.for([false, true])(
  'a sink that takes plain layers gets them by their diff ids, sizes known before: %s',
  async (known) => {
    const sink = memorySink({ layers: 'uncompressed', formats: ['docker', 'oci'] })
    await copy(sink, {}, memorySource(MANIFEST_BYTES, [], known))
    expect([...sink.blobs.keys()].sort()).toEqual([...PLAIN, CONFIG].map(sha256).sort())
    const manifest = JSON.parse(sink.documents[0]?.bytes.toString() ?? '')
    expect(manifest.layers.map(({ digest }: { digest: string }) => digest)).toEqual(PLAIN.map(sha256))
    expect(readdirSync(temporary)).toEqual([])
  },
)

test('another format keeps the layers, and what of the manifest it can', async () => {
  const sink = memorySink({ formats: ['docker'] })
  const { mediaType, bytes } = await copy(sink)
  expect(mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json')
  const manifest = JSON.parse(bytes.toString())
  expect(manifest.config).toMatchObject({
    mediaType: 'application/vnd.docker.container.image.v1+json',
    digest: sha256(CONFIG),
  })
  expect(manifest.annotations).toBeUndefined()
  const types = manifest.layers.map((layer: { mediaType: string }) => layer.mediaType.replace(/^.*diff\./, ''))
  expect(types).toEqual(['tar.gzip', 'tar.gzip', 'tar'])
  expect(gunzipSync(sink.blobs.get(manifest.layers[1].digest) ?? Buffer.of()).equals(TWO)).toBe(true)
  expect(manifest.layers[0].digest).toBe(sha256(LAYERS[0] ?? Buffer.of()))
})

test('a compression is for what is not compressed, and by force for all', async () => {
  const some = memorySink()
  const first = JSON.parse((await copy(some, { compression: { format: 'zstd' } })).bytes.toString())
  expect(first.layers.map(({ annotations }: { annotations?: object }) => annotations)).toEqual([
    { of: '0' },
    { of: '1' },
    undefined,
  ])
  expect(first.annotations).toEqual({ made: 'here' })
  const all = memorySink()
  const { layers } = JSON.parse(
    (await copy(all, { compression: { format: 'zstd', force: true, level: 19 } })).bytes.toString(),
  )
  for (const [index, { digest, size }] of layers.entries()) {
    const bytes = all.blobs.get(digest) ?? Buffer.of()
    expect(bytes.length).toBe(size)
    expect(zstdDecompressSync(bytes).equals(PLAIN[index] ?? Buffer.of())).toBe(true)
  }
  const again = await copy(memorySink(), { compression: { format: 'zstd', force: true, level: 19 } })
  expect(JSON.parse(again.bytes.toString()).layers).toEqual(layers)
})

test('an index whose images become others becomes another itself', async () => {
  const platform = { os: 'linux', architecture: 'amd64' }
  const entry = { mediaType: MANIFEST.mediaType, digest: sha256(MANIFEST_BYTES), size: MANIFEST_BYTES.length, platform }
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [entry], annotations: { a: 'b' } }))
  const exact = memorySink()
  expect((await copy(exact, { all: true }, memorySource(index, [MANIFEST_BYTES]))).bytes).toEqual(index)
  expect(exact.calls.slice(-3)).toEqual(['document', 'top', 'commit'])
  const docker = memorySink({ formats: ['docker'] })
  const copied = await copy(docker, { all: true }, memorySource(index, [MANIFEST_BYTES]))
  expect(JSON.parse(copied.bytes.toString())).toMatchObject({
    mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifests: [{ digest: docker.documents[0]?.digest, size: docker.documents[0]?.bytes.byteLength, platform }],
  })
  const one = memorySink()
  const platformOf = { ...platform, variant: '' }
  expect((await copy(one, { platform: platformOf }, memorySource(index, [MANIFEST_BYTES]))).bytes).toEqual(
    MANIFEST_BYTES,
  )
  const other = { ...platformOf, architecture: 'arm64' }
  await expect(copy(memorySink(), { platform: other }, memorySource(index, [MANIFEST_BYTES]))).rejects.toMatchObject({
    code: 'E_NO_PLATFORM',
  })
})

test.for([
  ['another digest', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ['too few bytes', (bytes: Buffer) => bytes.subarray(1)],
  ['too many bytes', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ['nothing', () => Buffer.of()],
] as const)('a blob with %s is not given away, and nothing becomes visible', async ([, change]) => {
  for (const options of [{}, { layers: 'uncompressed' as const }, { formats: ['docker' as const] }]) {
    const source = memorySource(MANIFEST_BYTES)
    const sink = memorySink(options)
    const lying: ImageSource = {
      ...source,
      async *openBlob(blob) {
        const bytes = [CONFIG, ...LAYERS].find((one) => sha256(one) === blob.digest) ?? Buffer.of()
        yield blob.digest === sha256(LAYERS[1] ?? Buffer.of()) ? change(bytes) : bytes
      },
    }
    await expect(copy(sink, {}, lying)).rejects.toMatchObject({
      code: expect.stringMatching(/^E_(DIGEST_MISMATCH|BLOB_SIZE|LAYER_INVALID)$/),
    })
    expect(sink.calls).not.toContain('top')
    expect(sink.calls).not.toContain('commit')
    expect(readdirSync(temporary)).toEqual([])
  }
})

test('an index of indexes has an end', async () => {
  const all: Buffer[] = []
  let inner = MANIFEST_BYTES
  for (let depth = 0; depth < 6; depth++) {
    const entry = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256(inner), size: inner.length }
    all.push(inner)
    inner = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [entry] }))
  }
  await expect(copy(memorySink(), { all: true }, memorySource(inner, all))).rejects.toMatchObject({
    code: 'E_BAD_IMAGE',
  })
})

function sha256(bytes: Uint8Array): Digest {
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'))
}
