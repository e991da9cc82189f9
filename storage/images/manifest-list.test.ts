import { expect, test } from 'vitest'
import { openTestStorage } from '../open-for-test.ts'
import { sha256 } from '../registry/fake-registry.ts'
import { parseManifest } from '../registry/manifest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../registry/media-type.ts'
import {
  annotateEntry,
  formatFor,
  type ListEntry,
  type ManifestList,
  renderIndex,
  withEntries,
  withoutEntry,
} from './manifest-list.ts'

function entry(name: string, members: Partial<ListEntry> = {}): ListEntry {
  return {
    mediaType: OCI_MANIFEST,
    digest: sha256(name),
    sizeBytes: 7,
    os: 'linux',
    architecture: 'amd64',
    variant: '',
    osVersion: '',
    osFeatures: [],
    features: [],
    annotations: {},
    repository: '',
    ...members,
  }
}

const empty: ManifestList = {
  id: 'a'.repeat(64),
  names: ['localhost/app:1'],
  createdAtMs: 1000,
  entries: [],
  annotations: {},
}

test('an index says of each image what is known, and our own parser takes it', () => {
  const arm = entry('arm', {
    architecture: 'arm',
    variant: 'v7',
    osVersion: '1',
    osFeatures: ['f'],
    features: ['neon'],
    annotations: { a: 'b' },
  })
  const list = withEntries(empty, [entry('amd'), arm])
  const index = renderIndex(list)
  expect(index).toEqual({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [
      { mediaType: OCI_MANIFEST, digest: sha256('amd'), size: 7, platform: { architecture: 'amd64', os: 'linux' } },
      {
        mediaType: OCI_MANIFEST,
        digest: sha256('arm'),
        size: 7,
        annotations: { a: 'b' },
        platform: { architecture: 'arm', os: 'linux', 'os.version': '1', 'os.features': ['f'], variant: 'v7' },
      },
    ],
  })
  expect(parseManifest(Buffer.from(JSON.stringify(index)), OCI_INDEX)).toMatchObject({ kind: 'index' })
  const docker = renderIndex(list, 'docker')
  expect(docker.mediaType).toBe(DOCKER_LIST)
  expect(docker.manifests[1]).not.toHaveProperty('annotations')
  expect(docker.manifests[1]?.platform).toMatchObject({ features: ['neon'] })
})

test('the format is that of the images', () => {
  const docker = entry('docker', { mediaType: DOCKER_MANIFEST })
  expect([formatFor([]), formatFor([docker]), formatFor([docker, entry('oci')])]).toEqual(['oci', 'docker', 'oci'])
})

test('an entry is added once, changed, and taken out', () => {
  const list = withEntries(withEntries(empty, [entry('one'), entry('two')]), [entry('one', { architecture: 'arm64' })])
  expect(list.entries.map(({ architecture }) => architecture)).toEqual(['amd64', 'arm64'])
  const once = annotateEntry(list, sha256('two'), { variant: 'v2', annotations: { a: '1' } })
  const twice = annotateEntry(once, sha256('two'), { annotations: { b: '2' } })
  expect(twice.entries[0]).toMatchObject({ variant: 'v2', annotations: { a: '1', b: '2' } })
  expect(withoutEntry(list, sha256('two')).entries).toHaveLength(1)
  for (const change of [() => withoutEntry(list, 'x'), () => annotateEntry(list, 'x', {})]) {
    expect(change).toThrow(expect.objectContaining({ code: 'E_NOT_IN_LIST' }))
  }
})

test('a list is kept with its blobs, and its name is of one thing only', () => {
  using storage = openTestStorage()
  const blob = storage.content.putBlob(Buffer.from('a manifest'))
  const saved = storage.manifestLists.save(withEntries(empty, [entry('one')]), [blob])
  expect(storage.manifestLists.find('app:1')).toEqual(saved)
  expect(storage.manifestLists.find(empty.id.slice(0, 5))).toEqual(saved)
  expect(storage.manifestLists.find('localhost/app')).toBeUndefined()
  storage.collectGarbage()
  expect(storage.content.readBlob(blob, 100).toString()).toBe('a manifest')
  expect(storage.manifestLists.tag('app:1', 'other:2')).toBe('localhost/other:2')
  storage.manifestLists.save({ ...empty, id: 'b'.repeat(64), names: ['localhost/other:2'] }, [])
  expect(storage.manifestLists.resolve(empty.id).names).toEqual(['localhost/app:1'])
  storage.manifestLists.remove(empty.id)
  expect(() => storage.manifestLists.resolve('app:1')).toThrow(expect.objectContaining({ code: 'E_LIST_NOT_FOUND' }))
  expect(storage.content.hasBlob({ digest: blob, sizeBytes: 10 })).toBe(false)
})

test('what could not be removed while somebody held the content is remembered', async () => {
  using storage = openTestStorage()
  const blob = storage.content.putBlob(Buffer.from('a manifest'))
  storage.manifestLists.save(empty, [blob])
  const isThere = () => storage.content.hasBlob({ digest: blob, sizeBytes: 10 })
  {
    await using _pull = await storage.locks.acquire('storage', 'content', { shared: true })
    storage.manifestLists.remove(empty.id)
    expect([isThere(), storage.hasGarbage()]).toEqual([true, true])
  }
  storage.collectGarbage()
  expect([isThere(), storage.hasGarbage()]).toEqual([false, false])
})
