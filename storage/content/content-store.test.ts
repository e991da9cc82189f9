import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StoragePaths, storagePaths } from '../paths.ts'
import { sha256 } from '../registry/fake-registry.ts'
import { type ContentStore, openContentStore } from './content-store.ts'

const CONTENT = Buffer.from('some content of a blob')
const DIGEST = sha256(CONTENT)

let root: string
let paths: StoragePaths
let store: ContentStore

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tspod-content-'))
  paths = storagePaths(root, root)
  for (const directory of [paths.blobs, paths.temporary]) mkdirSync(directory, { recursive: true })
  store = openContentStore(paths)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

async function* pieces(...parts: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part
    yield part
  }
}

test('a blob that arrives whole is there under its digest, and nothing is left in tmp', async () => {
  await store.writeBlob(pieces(CONTENT.subarray(0, 5), CONTENT.subarray(5)), DIGEST, CONTENT.length)
  expect(readFileSync(paths.blob(DIGEST))).toEqual(CONTENT)
  expect(store.hasBlob({ digest: DIGEST, sizeBytes: CONTENT.length })).toBe(true)
  expect(store.readBlob(DIGEST, 1000)).toEqual(CONTENT)
  expect(readdirSync(paths.temporary)).toEqual([])
})

test.for([
  ['another content of the same size', Buffer.alloc(CONTENT.length, 'x'), 'E_DIGEST_MISMATCH'],
  ['a byte too many', Buffer.concat([CONTENT, Buffer.from('!')]), 'E_BLOB_SIZE'],
  ['a byte too few', CONTENT.subarray(1), 'E_BLOB_SIZE'],
] as const)('%s is refused', async ([, bytes, code]) => {
  await expect(store.writeBlob(pieces(bytes), DIGEST, CONTENT.length)).rejects.toMatchObject({ code })
  expect(existsSync(paths.blob(DIGEST))).toBe(false)
})

test('an interrupted blob goes on where it stopped', async () => {
  const blob = { digest: DIGEST, sizeBytes: CONTENT.length }
  const first = store.receiveBlob(blob, { resume: true, open: () => pieces(CONTENT.subarray(0, 7), new Error('cut')) })
  await expect(first).rejects.toThrow('cut')
  const offsets: number[] = []
  const seen: number[] = []
  await store.receiveBlob(blob, {
    resume: true,
    open: (offset) => {
      offsets.push(offset)
      return pieces(CONTENT.subarray(offset))
    },
    onBytes: (_path, available) => seen.push(available),
  })
  expect(offsets).toEqual([7])
  expect(seen).toEqual([7, CONTENT.length])
  expect(store.readBlob(DIGEST, 1000)).toEqual(CONTENT)
})

test('what an earlier attempt got wrong is thrown away, so that the next one starts afresh', async () => {
  const blob = { digest: DIGEST, sizeBytes: CONTENT.length }
  writeFileSync(paths.partialBlob(DIGEST), 'rubbish')
  const attempt = store.receiveBlob(blob, { resume: true, open: (offset) => pieces(CONTENT.subarray(offset)) })
  await expect(attempt).rejects.toMatchObject({ code: 'E_DIGEST_MISMATCH' })
  await store.receiveBlob(blob, { resume: true, open: (offset) => pieces(CONTENT.subarray(offset)) })
  expect(store.readBlob(DIGEST, 1000)).toEqual(CONTENT)
})

test('a blob that a power cut shortened does not count as there', () => {
  writeFileSync(paths.blob(DIGEST), CONTENT.subarray(0, 3))
  expect(store.hasBlob({ digest: DIGEST, sizeBytes: CONTENT.length })).toBe(false)
  expect(store.putBlob(CONTENT, DIGEST)).toBe(DIGEST)
  expect(store.readBlob(DIGEST, 1000)).toEqual(CONTENT)
})

test('reading is bounded, and a blob that is missing is named', () => {
  store.putBlob(CONTENT)
  expect(() => store.readBlob(DIGEST, 3)).toThrow(expect.objectContaining({ code: 'E_FILE_TOO_LARGE' }))
  const missing = sha256('missing')
  expect(() => store.readBlob(missing, 3)).toThrow(expect.objectContaining({ code: 'E_BLOB_MISSING' }))
})
