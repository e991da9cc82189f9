import { expect, test } from 'vitest'
import type { ListedImage } from '../../engine/image/list.ts'
import { dockerStyle } from '../style/docker.ts'
import { podmanStyle as style } from '../style/podman.ts'
import { isJson, printFormatted } from './formatted.ts'
import { imageCells, imageEntries, imageFields, imagesJson, sortEntries } from './images.ts'

const NOW = Date.parse('2026-01-02T00:00:00Z')
const options = { nowMs: NOW, noTruncate: false, style }

test('json is an indented array, however it is spelled', () => {
  const list = { json: [{ a: 1 }], rows: () => [], headings: {}, noHeading: false }
  expect(printFormatted('json', list).lines).toEqual(['[\n  {\n    "a": 1\n  }\n]'])
  expect(['json', ' json ', '{{json .}}', '{{ json . }}', '{{json}}'].every(isJson)).toBe(true)
  expect(['{{json .ID}}', 'jsonx', 'table'].some(isJson)).toBe(false)
})

const image = {
  id: 'ab'.repeat(32),
  manifestDigest: `sha256:${'cd'.repeat(32)}`,
  names: ['docker.io/library/alpine:3.20', 'localhost:5000/x:latest'],
  repoDigests: [`docker.io/library/alpine@sha256:${'cd'.repeat(32)}`],
  createdAtMs: NOW - 86_400_000 * 3,
  sizeBytes: 8_090_000,
  config: { labels: {} },
  containers: 1,
  parentId: '',
  isIntermediate: false,
  isManifestList: false,
} as unknown as ListedImage

test('an image has a line for each name', () => {
  expect(imageEntries([image], style).map((entry) => imageCells(entry, { ...options, digests: false }))).toEqual([
    ['docker.io/library/alpine', '3.20', 'abababababab', '3 days ago', '8.09 MB'],
    ['localhost:5000/x', 'latest', 'abababababab', '3 days ago', '8.09 MB'],
  ])
})

test('an image without a name has the repository it came from, or none', () => {
  const [dangling] = imageEntries([{ ...image, names: [] }], style)
  const [built] = imageEntries([{ ...image, names: [], repoDigests: [] }], style)
  expect(dangling).toMatchObject({ repository: 'docker.io/library/alpine', tag: '<none>' })
  expect(built).toMatchObject({ repository: '<none>', tag: '<none>' })
})

test('images: digests, whole ids, JSON and fields', () => {
  const [entry] = imageEntries([image], style)
  if (!entry) throw new Error('no entry')
  expect(imageCells(entry, { ...options, digests: true })[2]).toBe(image.manifestDigest)
  expect(imageCells(entry, { ...options, noTruncate: true, digests: false })[2]).toBe(`sha256:${image.id}`)
  expect(imagesJson([image], [entry], options)[0]).toMatchObject({
    Id: image.id,
    Names: image.names,
    Size: 8_090_000,
    Created: image.createdAtMs / 1000,
  })
  expect(imageFields(entry, options)).toMatchObject({
    Repository: 'docker.io/library/alpine',
    Tag: '3.20',
    ID: 'abababababab',
    Id: image.id,
    Labels: {},
    RepoDigests: [image.repoDigests[0], `localhost:5000/x@${image.manifestDigest}`],
  })
  expect(imageFields(entry, { ...options, style: dockerStyle })).toMatchObject({ RepoDigests: image.repoDigests })
})

test('images are sorted by what was asked for', () => {
  const other = { ...image, id: 'aa'.repeat(32), names: ['docker.io/library/busybox:1'], sizeBytes: 1 }
  const entries = imageEntries([image, other], style)
  const sorted = (by: string) => sortEntries(entries, by).map(({ repository, tag }) => `${repository}:${tag}`)
  const [alpine, x, busybox] = [
    'docker.io/library/alpine:3.20',
    'localhost:5000/x:latest',
    'docker.io/library/busybox:1',
  ]
  expect(sorted('created')).toEqual([alpine, x, busybox])
  expect(sorted('id')).toEqual([busybox, alpine, x])
  expect(sorted('repository')).toEqual([alpine, busybox, x])
  expect(sorted('size')).toEqual([busybox, alpine, x])
  expect(sorted('tag')).toEqual([busybox, alpine, x])
})

test("docker's JSON has a line for each name, and strings only", () => {
  const entries = imageEntries([image], dockerStyle)
  const objects = imagesJson([image], entries, { ...options, style: dockerStyle })
  expect(objects).toHaveLength(2)
  expect(objects[0]).toMatchObject({ Repository: 'alpine', Tag: '3.20', ID: 'abababababab', Size: '8.09MB' })
  expect(Object.values(objects[0] ?? {}).every((value) => typeof value === 'string')).toBe(true)
})
