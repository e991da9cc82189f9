import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { gnuLong, tar } from '../layers/tar-builder.ts'
import type { FileTree } from './file-tree.ts'
import { openArchive, spoolArchive } from './open-archive.ts'
import { detectImages } from './open-images.ts'

const directory = mkdtempSync(join(tmpdir(), 'tspod-archive-'))
const temporary = mkdtempSync(join(tmpdir(), 'tspod-archive-tmp-'))
afterAll(() => {
  for (const path of [directory, temporary]) rmSync(path, { recursive: true, force: true })
})

const LONG = `${'d'.repeat(120)}/file`
const ARCHIVE = tar([
  { name: './a/', type: '5' },
  { name: './a/b', data: 'content' },
  gnuLong('L', LONG),
  { name: 'cut', data: 'long' },
  { name: 'empty' },
  { name: 'pax', data: 'x'.repeat(1000), pax: { path: 'renamed' } },
  { name: 'soft', type: '2', linkName: 'a/../a/b' },
  { name: 'a/hard', type: '1', linkName: 'soft' },
  { name: 'node', type: '3' },
])

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function contents(files: FileTree) {
  const read: Record<string, string | undefined> = {}
  for (const name of [...files.list(), 'soft', 'a/hard', 'missing']) {
    read[name] = files.read(name, 10_000)?.toString()
    if (read[name] === undefined) continue
    const chunks: Uint8Array[] = []
    for await (const chunk of files.open(name, 2)) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe(read[name]?.slice(2))
    expect(files.sizeOf(name)).toBe(read[name]?.length)
  }
  return read
}

const EXPECTED = {
  'a/b': 'content',
  [LONG]: 'long',
  empty: '',
  renamed: 'x'.repeat(1000),
  soft: 'content',
  'a/hard': 'content',
  missing: undefined,
}

test('a plain archive stays where it is', async () => {
  const path = join(directory, 'plain.tar')
  writeFileSync(path, ARCHIVE)
  await using files = await openArchive(path, { name: 'x', temporary })
  expect(await contents(files)).toEqual(EXPECTED)
  expect(readdirSync(temporary)).toEqual([])
  expect(files.take?.('a/b', join(directory, 'taken'), 'any')).toBe(false)
})

test.for([
  ['gzip', gzipSync(ARCHIVE)],
  ['several gzip members', Buffer.concat([gzipSync(ARCHIVE.subarray(0, 700)), gzipSync(ARCHIVE.subarray(700))])],
  ['zstd', zstdCompressSync(ARCHIVE)],
  ['nothing', ARCHIVE],
] as const)('what is compressed with %s is taken apart, in pieces of any size', async ([, bytes]) => {
  for (const size of [1, 511, 1 << 20]) {
    const files = await spoolArchive(chunksOf(bytes, size), { name: 'x', temporary })
    expect(await contents(files)).toEqual(EXPECTED)
    const taken = join(directory, 'taken')
    const sha256 = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73'
    expect(files.take?.('a/b', taken, 'another')).toBe(false)
    expect(files.take?.('soft', taken, sha256)).toBe(true)
    expect(files.take?.('soft', taken, sha256)).toBe(false)
    await files[Symbol.asyncDispose]()
    expect(readdirSync(temporary)).toEqual([])
  }
})

test('an entry that is larger than what is asked for is refused', async () => {
  await using files = await spoolArchive(chunksOf(ARCHIVE, 512), { name: 'x', temporary })
  expect(() => files.read('renamed', 999)).toThrow(expect.objectContaining({ code: 'E_BAD_ARCHIVE' }))
})

test('whatever is in an archive, it is read or refused, and nothing is left', async () => {
  const name = fc.constantFrom('index.json', 'manifest.json', 'repositories', 'a/../b', '/c', 'd', 'blobs/sha256/x')
  const item = fc.record({
    name: fc.oneof(name, fc.string()),
    type: fc.constantFrom('0', '1', '2', '5', 'L', 'x', 'g', 'S', '7', '?'),
    data: fc.oneof(fc.json(), fc.string({ unit: 'binary-ascii' })),
    linkName: fc.oneof(name, fc.string()),
  })
  const bytes = fc.oneof(
    fc.array(item, { maxLength: 5 }).map((items) => tar(items)),
    fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array)),
    fc.tuple(fc.nat(ARCHIVE.length - 1), fc.nat(255)).map(([at, byte]) => {
      const changed = Buffer.from(ARCHIVE)
      changed[at] = byte
      return changed
    }),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (archive) => {
      const path = join(directory, 'any.tar')
      writeFileSync(path, archive)
      for (const open of [
        () => openArchive(path, { name: 'x', temporary }),
        () => spoolArchive(chunksOf(archive, 600), { name: 'x', temporary }),
      ]) {
        try {
          await using opened = await detectImages(await open())
          for (const image of opened.images) await (await image.open()).readDocument()
        } catch (error) {
          expect(error).toBeInstanceOf(TspodError)
        }
      }
      expect(readdirSync(temporary)).toEqual([])
    }),
    { numRuns: 300 },
  )
})
