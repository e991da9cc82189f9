import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { expect, test } from '../support/fixtures.ts'
import { push } from '../support/registry.ts'
import { type BuiltImage, imageOf, tarOf } from '../support/tar-image.ts'
import type { Tspod } from '../support/tspod.ts'

test('a table, ids, templates and JSON show what there is', async ({ tspod }) => {
  const image = await published('listed/one', 'v1', ['one'])
  expect((await tspod('images')).stdout).toMatch(/^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\n$/)
  expect(await tspod('images', '--format', 'json')).toMatchObject({ stdout: '[]\n' })
  await pull(tspod, 'listed/one:v1')
  const id = idOf(image)
  const [headings = '', row = '', ...others] = (await tspod('images')).stdout.trimEnd().split('\n')
  expect(headings.split(/ {2,}/)).toEqual(['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'])
  expect(row.split(/ {2,}/)).toEqual([
    'docker.io/listed/one',
    'v1',
    id.slice(0, 12),
    expect.stringMatching(/ ago$/),
    '3 B',
  ])
  expect(others).toEqual([])
  expect((await tspod('images', '-q')).stdout).toBe(`${id.slice(0, 12)}\n`)
  expect((await tspod('images', '-q', '--no-trunc')).stdout).toBe(`sha256:${id}\n`)
  expect((await tspod('images', '--format', '{{.Repository}}:{{.Tag}} {{.Digest}}')).stdout).toBe(
    `docker.io/listed/one:v1 ${image.manifest.digest}\n`,
  )
  expect(JSON.parse((await tspod('images', '--format', 'json')).stdout)).toMatchObject([
    { Id: id, Names: ['docker.io/listed/one:v1'], Digest: image.manifest.digest, Size: 3 },
  ])
  expect((await tspod('images', '-q', 'listed/one')).stdout).toBe(`${id.slice(0, 12)}\n`)
  expect((await tspod('images', '-q', 'listed/other')).stdout).toBe('')
})

test('an image goes with its last name, and takes its files along', async ({ tspod }) => {
  const image = await published('names/a', 'one', ['tagged'])
  await push(inject('registry'), 'names/b', 'two', image)
  await pull(tspod, 'names/a:one', 'names/b:two')
  expect((await tspod('images', '-q')).stdout).toBe(`${idOf(image).slice(0, 12)}\n`)
  expect(await tspod('rmi', 'names/a:one')).toEqual({
    exitCode: 0,
    stdout: 'Untagged: docker.io/names/a:one\n',
    stderr: '',
  })
  expect(blobsOf(tspod)).toEqual(blobsOf(image))
  expect(await tspod('rmi', 'names/b:two')).toEqual({
    exitCode: 0,
    stdout: `Untagged: docker.io/names/b:two\nDeleted: ${idOf(image)}\n`,
    stderr: '',
  })
  expect(blobsOf(tspod)).toEqual([])
  expect(layersOf(tspod)).toEqual([])
})

test('an id removes an image of one name, and with --force one of several', async ({ tspod }) => {
  const single = await published('ids/single', 'latest', ['single'])
  const double = await published('ids/double', 'one', ['double'])
  await push(inject('registry'), 'ids/double', 'two', double)
  await pull(tspod, 'ids/single', 'ids/double:one', 'ids/double:two')
  expect(await tspod('rmi', idOf(single).slice(0, 6))).toMatchObject({ exitCode: 0, stderr: '' })
  const refused = await tspod('rmi', idOf(double))
  expect(refused.exitCode).toBe(125)
  expect(refused.stderr).toMatch(/^error: .*\[E_IMAGE_HAS_NAMES\]\nhint: .*\n$/)
  expect(await tspod('rmi', '-f', idOf(double).slice(0, 12))).toEqual({
    exitCode: 0,
    stdout: `Untagged: docker.io/ids/double:one\nUntagged: docker.io/ids/double:two\nDeleted: ${idOf(double)}\n`,
    stderr: '',
  })
  expect((await tspod('images', '-q')).stdout).toBe('')
})

test('layers that another image has stay', async ({ tspod }) => {
  const [first, second] = [
    await published('shared/one', 'latest', ['base', 'one']),
    await published('shared/two', 'latest', ['base', 'two']),
  ]
  await pull(tspod, 'shared/one', 'shared/two')
  expect(layersOf(tspod)).toHaveLength(3)
  expect(await tspod('rmi', 'shared/one')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(layersOf(tspod)).toHaveLength(2)
  expect(blobsOf(tspod)).toEqual(blobsOf(second))
  expect(await tspod('image', 'inspect', '--format', '{{.Id}}', 'shared/two')).toMatchObject({
    stdout: `${idOf(second)}\n`,
  })
  await pull(tspod, 'shared/one')
  expect(blobsOf(tspod)).toEqual([...new Set([...blobsOf(first), ...blobsOf(second)])].sort())
})

test('an image in use is refused, and with --force goes together with its containers', async ({ tspod, host }) => {
  const before = await host.traces()
  const { stdout: id } = await tspod('run', '-d', '-q', '--network=none', 'alpine', 'sleep', '1000')
  const refused = await tspod('rmi', 'alpine')
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toMatch(/^error: .*\[E_IMAGE_IN_USE\]\nhint: .*\n$/)
  expect(refused.stderr).toContain(id.slice(0, 12))
  expect((await tspod('ps', '-q', '--no-trunc')).stdout).toBe(id)
  const removed = await tspod('rmi', '-f', 'alpine')
  expect(removed).toMatchObject({ exitCode: 0, stderr: '' })
  expect(removed.stdout).toMatch(/^Untagged: docker.io\/library\/alpine:latest\nDeleted: [0-9a-f]{64}\n$/)
  expect((await tspod('ps', '-aq')).stdout).toBe('')
  expect(layersOf(tspod)).toEqual([])
  expect(await host.traces()).toEqual(before)
})

test('an image that is not there: status 1, or with --ignore none; the others go all the same', async ({ tspod }) => {
  await published('missing/there', 'latest', ['there'])
  await pull(tspod, 'missing/there')
  const result = await tspod('rmi', 'missing/no', 'missing/there')
  expect(result.exitCode).toBe(1)
  expect(result.stdout).toMatch(/^Untagged: docker.io\/missing\/there:latest\nDeleted: /)
  expect(result.stderr).toMatch(/^error: .*missing\/no.*\[E_IMAGE_NOT_FOUND\]\nhint: .*\n$/)
  expect(await tspod('rmi', '-i', 'missing/no')).toEqual({ exitCode: 0, stdout: '', stderr: '' })
})

test('a name that moves to a newer image leaves the older one without', async ({ tspod }) => {
  const older = await published('moving/tag', 'latest', ['older'])
  await pull(tspod, 'moving/tag')
  const newer = await published('moving/tag', 'latest', ['newer'])
  await pull(tspod, 'moving/tag')
  const shown = (...args: string[]) => tspod('images', '--format', '{{.Tag}} {{.Id}}', '--no-trunc', ...args)
  const lines = (await shown()).stdout.trimEnd().split('\n')
  expect(lines.sort()).toEqual([`<none> ${idOf(older)}`, `latest ${idOf(newer)}`].sort())
  expect((await shown('--filter', 'dangling=true')).stdout).toBe(`<none> ${idOf(older)}\n`)
  expect((await tspod('rmi', idOf(older))).stdout).toBe(`Deleted: ${idOf(older)}\n`)
  expect(await tspod('rmi', '-a')).toMatchObject({ exitCode: 0, stderr: '' })
  expect((await tspod('images', '-aq')).stdout).toBe('')
  expect(blobsOf(tspod)).toEqual([])
})

/** An image in the registry with one layer for each name, which holds a file of that name. */
async function published(repository: string, tag: string, names: readonly string[]): Promise<BuiltImage> {
  const image = imageOf(await Promise.all(names.map((name) => tarOf([{ name, content: name }]))))
  await push(inject('registry'), repository, tag, image)
  return image
}

async function pull(tspod: Tspod, ...names: string[]): Promise<void> {
  expect(await tspod('pull', '-q', ...names)).toMatchObject({ exitCode: 0, stderr: '' })
}

function idOf({ config }: BuiltImage): string {
  return config.digest.slice('sha256:'.length)
}

/** Digests without `sha256:`, in order: of what is in storage, or of what an image consists of. */
function blobsOf(of: Tspod | BuiltImage): string[] {
  if ('root' in of) return readdirSync(join(of.root, 'blobs/sha256')).sort()
  return [of.manifest, of.config, ...of.layers].map(({ digest }) => digest.slice('sha256:'.length)).sort()
}

function layersOf(tspod: Tspod): string[] {
  return readdirSync(join(tspod.root, 'layers')).filter((name) => /^[0-9a-f]{24}$/.test(name))
}
