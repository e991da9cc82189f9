import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hexOf } from '../content/digest.ts'
import { tar } from '../layers/tar-builder.ts'
import type { Storage } from '../open.ts'
import { openTestStorage } from '../open-for-test.ts'
import { sha256 } from '../registry/fake-registry.ts'
import { parseImageConfig } from '../registry/image-config.ts'
import { OCI_MANIFEST } from '../registry/media-type.ts'
import { containerRow } from '../state/container-row-for-test.ts'
import type { Image } from './image.ts'
import { storeImage } from './store-image.ts'

/** Stores an image of these layers, each one file of this content, under these names. */
function store(storage: Storage, names: readonly string[], contents: readonly string[] = names): Promise<Image> {
  const blobs = contents.map((content) => tar([{ name: content, data: content }]))
  const rootfs = { type: 'layers', diff_ids: blobs.map(sha256) }
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs }))
  parseImageConfig(config)
  const all = [config, ...blobs]
  const descriptor = (bytes: Buffer) => ({ mediaType: '', digest: sha256(bytes), sizeBytes: bytes.length })
  const layers = blobs.map((blob) => ({ ...descriptor(blob), compression: 'none' as const }))
  const incoming = {
    manifest: { kind: 'manifest' as const, mediaType: OCI_MANIFEST, config: descriptor(config), layers },
    manifestDigest: sha256(`manifest of ${contents}`),
    documents: [Buffer.from(`manifest of ${contents}`)],
    source: {
      async *open({ digest }: { digest: string }) {
        for (const bytes of all) if (sha256(bytes) === digest) yield bytes
      },
    },
    names,
    repoDigests: names.map((name) => `${name.replace(/:[^:/]*$/, '')}@${sha256(`manifest of ${contents}`)}`),
  }
  return storeImage(storage, incoming, {})
}

test('an image is found by what people type', async () => {
  using storage = openTestStorage()
  const alpine = await store(storage, ['docker.io/library/alpine:latest'])
  const own = await store(storage, ['localhost/mine:v1'])
  const team = await store(storage, ['quay.io/team/tool:latest'])
  const cases = [
    ['alpine', alpine],
    ['alpine:latest', alpine],
    ['docker.io/alpine', alpine],
    ['library/alpine', alpine],
    [alpine.id, alpine],
    [`sha256:${alpine.id}`, alpine],
    [alpine.id.slice(0, 12), alpine],
    [alpine.manifestDigest, alpine],
    [`alpine@${alpine.manifestDigest}`, alpine],
    ['mine:v1', own],
    ['tool', team],
    ['team/tool', team],
    ['ool', undefined],
    ['mine', undefined],
    ['quay.io/tool', undefined],
    ['alpine:3', undefined],
    [alpine.id.slice(0, 2), undefined],
    ['not a name!', undefined],
  ] as const
  for (const [ref, image] of cases) expect(storage.images.find(ref)?.id, ref).toBe(image?.id)
  expect(() => storage.images.resolve('none')).toThrow(expect.objectContaining({ code: 'E_IMAGE_NOT_FOUND' }))
})

test('of several names that end alike localhost counts, else the question is put back', async () => {
  using storage = openTestStorage()
  await store(storage, ['quay.io/one/tool:latest'])
  await store(storage, ['quay.io/two/tool:latest'])
  expect(() => storage.images.find('tool')).toThrow(expect.objectContaining({ code: 'E_AMBIGUOUS_REF' }))
  const own = await store(storage, ['localhost/tool:latest'])
  expect(storage.images.find('tool')?.id).toBe(own.id)
})

test('a tag moves a name, and removing takes names before it takes the image', async () => {
  using storage = openTestStorage()
  const one = await store(storage, ['localhost/one:latest'])
  const two = await store(storage, ['localhost/two:latest'])
  expect(storage.images.tag('one', 'extra:v1')).toBe('localhost/extra:v1')
  storage.images.tag('two', 'extra:v1')
  expect(storage.images.resolve(one.id).names).toEqual(['localhost/one:latest'])
  expect(() => storage.images.remove(two.id)).toThrow(expect.objectContaining({ code: 'E_IMAGE_HAS_NAMES' }))
  expect(storage.images.remove('extra:v1')).toEqual({ untagged: ['localhost/extra:v1'], deleted: undefined })
  expect(storage.images.remove('two')).toEqual({ untagged: ['localhost/two:latest'], deleted: two.id })
  expect(storage.images.list().map(({ id }) => id)).toEqual([one.id])
})

test('the files of a removed image go, but for what another image needs', async () => {
  using storage = openTestStorage()
  const one = await store(storage, ['localhost/one:latest'], ['shared', 'own'])
  const two = await store(storage, ['localhost/two:latest'], ['shared', 'other'])
  storage.images.remove('one')
  const isThere = ({ layers }: Image) => layers.map(({ chainId }) => existsSync(storage.paths.layer(chainId)))
  expect(isThere(one)).toEqual([true, false])
  expect(isThere(two)).toEqual([true, true])
  expect(existsSync(storage.paths.blob(sha256(tar([{ name: 'own', data: 'own' }]))))).toBe(false)
  expect(existsSync(storage.paths.blob(sha256(tar([{ name: 'shared', data: 'shared' }]))))).toBe(true)
  storage.images.remove('two')
  expect(isThere(two)).toEqual([false, false])
})

test('while an image is pulled nothing is collected, afterwards it is', async () => {
  using storage = openTestStorage()
  const one = await store(storage, ['localhost/one:latest'])
  const layer = storage.paths.layer(one.layers[0]?.chainId ?? '')
  {
    await using _pull = await storage.locks.acquire('storage', 'content', { shared: true })
    storage.images.remove('one')
    expect(existsSync(layer)).toBe(true)
  }
  await store(storage, ['localhost/two:latest'])
  expect(existsSync(layer)).toBe(false)
})

test('an image in use stays, and says who uses it', async () => {
  using storage = openTestStorage()
  const image = await store(storage, ['localhost/one:latest'])
  const layers = image.layers.map(({ chainId }) => chainId)
  const row = containerRow({ imageId: image.id, layers })
  storage.containers.insert(row)
  expect(storage.images.containersOf(image.id)).toEqual([row.id])
  for (const force of [false, true]) {
    expect(() => storage.images.remove('one', { force })).toThrow(
      expect.objectContaining({ code: 'E_IMAGE_IN_USE', message: expect.stringContaining(row.id.slice(0, 12)) }),
    )
  }
  expect(storage.images.find('one')).toBeDefined()
  storage.containers.remove(row.id)
  expect(storage.images.remove('one').deleted).toBe(image.id)
  expect(() => storage.containers.insert(row)).toThrow(expect.objectContaining({ code: 'E_IMAGE_NOT_FOUND' }))
})

test('the id is the digest of the configuration', async () => {
  using storage = openTestStorage()
  const image = await store(storage, ['localhost/one:latest'])
  const diffIds = image.config.diffIds
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: diffIds } }
  expect(image.id).toBe(hexOf(sha256(JSON.stringify(config))))
})
