import {
  chmodSync,
  existsSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lsetxattr } from '../../base/libc.ts'
import type { Image } from '../images/image.ts'
import { openTestStorage } from '../open-for-test.ts'
import { compareTrees } from './compare-trees.ts'
import { repairBlob } from './repair-content.ts'
import { treeBytes } from './tree-bytes.ts'
import { findUnaccounted } from './unaccounted.ts'
import { verifyBlob } from './verify-blob.ts'

/** A tree with a file, a link, an empty directory, and a file of two names. */
function makeTree(root: string): void {
  mkdirSync(join(root, 'etc/empty'), { recursive: true })
  writeFileSync(join(root, 'etc/passwd'), 'root')
  linkSync(join(root, 'etc/passwd'), join(root, 'etc/passwd-'))
  symlinkSync('passwd', join(root, 'etc/link'))
  lutimesSync(join(root, 'etc/link'), 1000, 1000)
  utimesSync(join(root, 'etc/passwd'), 1000, 1000)
}

// biome-ignore format: a table
const DAMAGES: readonly [what: string, damage: (root: string) => void, found: string | undefined][] = [
  ['nothing', () => undefined, undefined],
  ['the time of a directory', (root) => utimesSync(join(root, 'etc'), 1, 1), undefined],
  ['a file that is gone', (root) => rmSync(join(root, 'etc/passwd')), 'etc/passwd is missing'],
  ['all that is gone', (root) => rmSync(root, { recursive: true }), 'its root is missing'],
  ['a file too many', (root) => writeFileSync(join(root, 'etc/empty/x'), ''), 'etc/empty/x does not belong there'],
  ['a bit', (root) => { writeFileSync(join(root, 'etc/passwd'), 'rooT'); utimesSync(join(root, 'etc/passwd'), 1000, 1000) }, 'etc/passwd has another content'],
  ['a size', (root) => writeFileSync(join(root, 'etc/passwd'), 'ro'), 'etc/passwd has another size'],
  ['a time', (root) => utimesSync(join(root, 'etc/passwd'), 1000, 1001), 'etc/passwd has another time'],
  ['a mode', (root) => chmodSync(join(root, 'etc/empty'), 0o700), 'etc/empty has another mode'],
  ['a link', (root) => { rmSync(join(root, 'etc/link')); symlinkSync('shadow', join(root, 'etc/link')); lutimesSync(join(root, 'etc/link'), 1000, 1000) }, 'etc/link leads elsewhere'],
  ['a type', (root) => { rmSync(join(root, 'etc/link')); mkdirSync(join(root, 'etc/link')) }, 'etc/link has another type'],
  ['a name of a file', (root) => { rmSync(join(root, 'etc/passwd-')); writeFileSync(join(root, 'etc/passwd-'), 'root') }, 'etc/passwd has another number of names'],
  ['an attribute', (root) => lsetxattr(join(root, 'etc/passwd'), 'user.a', Buffer.from('b')), 'etc/passwd has other extended attributes'],
]

test.for(DAMAGES)('a layer that differs by %s', ([, damage, found]) => {
  using storage = openTestStorage()
  const [expected, actual] = [join(storage.paths.root, 'expected'), join(storage.paths.root, 'actual')]
  for (const root of [expected, actual]) makeTree(root)
  damage(actual)
  expect(compareTrees(expected, actual)).toBe(found)
})

test('a blob is whole, missing, of another size, or of another content', async () => {
  using storage = openTestStorage()
  const digest = storage.content.putBlob(Buffer.from('content'))
  const verify = (sizeBytes: number | undefined, quick = false) => verifyBlob(storage, { digest, sizeBytes }, { quick })
  expect(await verify(7)).toBeUndefined()
  expect(await verify(8)).toBe('it has 7 bytes instead of 8')
  writeFileSync(storage.paths.blob(digest), 'contenT')
  expect(await verify(7)).toBe('its content has another digest')
  expect(await verify(undefined, true)).toBeUndefined()
  rmSync(storage.paths.blob(digest))
  expect(await verify(undefined, true)).toBe('it is missing')
})

test('a blob that another command has got again meanwhile is not thrown away', async () => {
  using storage = openTestStorage()
  const digest = storage.content.putBlob(Buffer.from('content'))
  const image = { layers: [], names: [], repoDigests: [] } as unknown as Image
  const nowhere = () => {
    throw new Error('nobody is asked')
  }
  expect(await repairBlob(storage, image, digest, nowhere)).toBeUndefined()
  expect(existsSync(storage.paths.blob(digest))).toBe(true)
  writeFileSync(storage.paths.blob(digest), 'contenT')
  await expect(repairBlob(storage, image, digest, nowhere)).rejects.toMatchObject({ code: 'E_NOT_REPAIRABLE' })
  expect(existsSync(storage.paths.blob(digest))).toBe(false)
})

test('what belongs to nothing is found, and what is being made is not', () => {
  using storage = openTestStorage()
  const { paths } = storage
  expect(findUnaccounted(storage)).toEqual([])
  const strangers = [
    ['blob', join(paths.blobs, 'f'.repeat(64))],
    ['layer', join(paths.layers, 'f'.repeat(24))],
    ['container', join(paths.containers, 'f'.repeat(64))],
    ['volume', join(paths.volumes, 'lost')],
    ['temporary', join(paths.temporary, `layer-1-0-${'f'.repeat(12)}`)],
    ['unknown', join(paths.root, 'notes.txt')],
  ] as const
  for (const [, path] of strangers) writeFileSync(path, 'x')
  writeFileSync(join(paths.temporary, `partial-${'f'.repeat(64)}`), 'x')
  storage.volumes.create('kept')
  expect(findUnaccounted(storage)).toEqual(strangers.map(([what, path]) => ({ path, what })))
  storage.collectGarbage()
  expect(strangers.map(([, path]) => existsSync(path))).toEqual([false, false, true, true, false, true])
})

test('a file of two names takes its space once', () => {
  using storage = openTestStorage()
  const root = join(storage.paths.root, 'tree')
  makeTree(root)
  writeFileSync(join(root, 'more'), 'four')
  expect(treeBytes(root)).toBe(8)
  expect(treeBytes(join(root, 'more'))).toBe(4)
  expect(treeBytes(join(root, 'none'))).toBe(0)
})
