import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isErrno, TspodError } from '../../base/errors.ts'
import { lgetxattr, llistxattr } from '../../base/libc.ts'
import { sha256 } from '../registry/fake-registry.ts'
import { removeTree } from '../remove-tree.ts'
import { type TarItem, tar } from './tar-builder.ts'
import { unpackBlob } from './unpack-blob.ts'
import type { UnpackResult } from './unpacker.ts'

let base: string
let target: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tspod-unpack-'))
  target = join(base, 'layer')
})

afterEach(() => removeTree(base))

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

function unpackTar(bytes: Buffer): Promise<UnpackResult> {
  return unpackBlob(once(bytes), { target, diffId: sha256(bytes) })
}

function unpack(...items: readonly TarItem[]): Promise<UnpackResult> {
  return unpackTar(tar(items))
}

const at = (path: string): string => join(target, path)
const modeOf = (path: string): number => lstatSync(at(path)).mode & 0o7777

test('files, directories, links and fifos with their modes and times', async () => {
  const result = await unpack(
    { name: './', type: '5', mode: 0o750, mtimeS: 1000 },
    { name: 'dir/', type: '5', mode: 0o1777, mtimeS: 2000 },
    { name: './dir/file', data: 'hello', mode: 0o4755, mtimeS: 3000 },
    { name: '/absolute', data: 'inside', mode: 0o600 },
    { name: 'dir/link', type: '2', linkName: '/etc/passwd', mtimeS: 4000 },
    { name: 'hard', type: '1', linkName: '/dir/file' },
    { name: 'pipe', type: '6', mode: 0o620 },
    { name: 'implied/below/file', data: '' },
  )
  expect(readFileSync(at('dir/file'), 'utf8')).toBe('hello')
  expect(modeOf('dir/file')).toBe(0o4755)
  expect(modeOf('dir')).toBe(0o1777)
  expect(modeOf('.')).toBe(0o750)
  expect(modeOf('implied')).toBe(0o755)
  expect(readFileSync(at('absolute'), 'utf8')).toBe('inside')
  expect(readlinkSync(at('dir/link'))).toBe('/etc/passwd')
  expect(statSync(at('hard')).ino).toBe(statSync(at('dir/file')).ino)
  expect(lstatSync(at('pipe')).isFIFO()).toBe(true)
  expect(modeOf('pipe')).toBe(0o620)
  const times = ['.', 'dir', 'dir/file', 'dir/link'].map((path) => lstatSync(at(path)).mtimeMs)
  expect(times).toEqual([1_000_000, 2_000_000, 3_000_000, 4_000_000])
  expect(result).toMatchObject({ sizeBytes: 11, entries: 8, whiteouts: [], opaque: [], skippedDevices: 0 })
})

test('what the tar has in any compression is the same', async () => {
  const bytes = tar([{ name: 'file', data: 'x'.repeat(100_000) }])
  await unpackBlob(once(gzipSync(bytes)), { target, diffId: sha256(bytes) })
  expect(statSync(at('file')).size).toBe(100_000)
})

test('a tar of another digest is refused', async () => {
  const job = { target, diffId: sha256('another') }
  await expect(unpackBlob(once(tar([])), job)).rejects.toMatchObject({ code: 'E_DIFF_ID_MISMATCH' })
})

test('whiteouts become devices 0:0 and an attribute, and are listed', async () => {
  const result = await unpack(
    { name: 'a/.wh.gone' },
    { name: 'b/.wh..wh..opq' },
    { name: 'b/new', data: 'new' },
    { name: '.wh..wh.plnk', data: 'of aufs' },
  )
  expect(lstatSync(at('a/gone'))).toMatchObject({ rdev: 0 })
  expect(lstatSync(at('a/gone')).isCharacterDevice()).toBe(true)
  expect(lgetxattr(at('b'), 'user.overlay.opaque').toString()).toBe('y')
  expect(readdirSync(target).sort()).toEqual(['a', 'b'])
  expect(result).toMatchObject({ whiteouts: ['a/gone'], opaque: ['b'] })
})

test('a whiteout does not hide what the layer has itself, in whatever order', async () => {
  const result = await unpack(
    { name: 'one', data: '1' },
    { name: '.wh.one' },
    { name: '.wh.two' },
    { name: 'two', data: '2' },
    { name: '.wh.three' },
    { name: 'three/file', data: '3' },
    { name: 'four/file', data: '4' },
    { name: '.wh.four' },
  )
  const files = ['one', 'two', 'three/file', 'four/file']
  expect(files.map((path) => readFileSync(at(path), 'utf8'))).toEqual(['1', '2', '3', '4'])
  expect(result.opaque).toEqual(['three', 'four'])
  expect(lgetxattr(at('four'), 'user.overlay.opaque').toString()).toBe('y')
})

test('attributes an image may set are kept as bytes, all others dropped and counted', async () => {
  // security.capability needs a right that an ordinary user has only inside a namespace: test/e2e/pull.test.ts
  const result = await unpack({
    name: 'ping',
    mode: 0o755,
    pax: {
      'SCHILY.xattr.user.mine': '\xff\0\n',
      'SCHILY.xattr.user.overlay.redirect': '/elsewhere',
      'SCHILY.xattr.trusted.overlay.opaque': 'y',
    },
  })
  expect(llistxattr(at('ping')).sort()).toEqual(['user.mine'])
  expect(lgetxattr(at('ping'), 'user.mine').toString('latin1')).toBe('\xff\0\n')
  expect(result.droppedXattrs).toBe(2)
})

test('devices are left out, and those outside of /dev counted', async () => {
  const result = await unpack(
    { name: 'dev/null', type: '3' },
    { name: 'dev/mapper/x', type: '4' },
    { name: 'srv/null', type: '3' },
    { name: 'srv/sda', type: '4' },
  )
  expect(readdirSync(at('dev'))).toEqual(['mapper'])
  expect(readdirSync(at('srv'))).toEqual([])
  expect(result.skippedDevices).toBe(2)
})

test('names that are no UTF-8 stay the bytes they are', async () => {
  await unpack(
    { name: 'caf\xe9/', type: '5' },
    { name: 'caf\xe9/\xff\xfe', data: 'odd' },
    { name: 'link', type: '2', linkName: 'caf\xe9' },
    { name: '\xc3\xa9', data: 'even' },
  )
  const names = readdirSync(Buffer.from(target), { encoding: 'buffer' }).map((name) => name.toString('latin1'))
  expect(names.sort()).toEqual(['caf\xe9', 'link', '\xc3\xa9'])
  expect(readFileSync(Buffer.from(`${target}/caf\xe9/\xff\xfe`, 'latin1'), 'utf8')).toBe('odd')
  expect(readFileSync(at('é'), 'utf8')).toBe('even')
  expect(readlinkSync(at('link'), { encoding: 'buffer' }).toString('latin1')).toBe('caf\xe9')
})

test('a later entry replaces an earlier one, of whatever type', async () => {
  await unpack(
    { name: 'a', data: 'old' },
    { name: 'a', data: 'new' },
    { name: 'b/deep/file', data: 'x' },
    { name: 'b', data: 'now a file' },
    { name: 'c', type: '2', linkName: '/etc' },
    { name: 'c/', type: '5' },
    { name: 'c/file', data: 'inside' },
    { name: 'd/', type: '5' },
    { name: 'd', type: '2', linkName: 'c' },
    { name: 'e', data: 'shared' },
    { name: 'f', type: '1', linkName: 'e' },
    { name: 'f', data: 'own' },
  )
  const read = (path: string): string => readFileSync(at(path), 'utf8')
  expect(['a', 'b', 'c/file', 'e', 'f'].map(read)).toEqual(['new', 'now a file', 'inside', 'shared', 'own'])
  expect(lstatSync(at('c')).isDirectory()).toBe(true)
  expect(readlinkSync(at('d'))).toBe('c')
})

test('a path through a link of the layer is resolved inside of it', async () => {
  await unpack(
    { name: 'lib', type: '2', linkName: '/usr/lib' },
    { name: 'lib/one', data: '1' },
    { name: 'up', type: '2', linkName: '../../../../usr/../usr/./lib' },
    { name: 'up/two', data: '2' },
    { name: 'three', type: '1', linkName: 'lib/two' },
    { name: 'up/.wh.four' },
  )
  expect(readdirSync(at('usr/lib')).sort()).toEqual(['four', 'one', 'two'])
  expect(readFileSync(at('three'), 'utf8')).toBe('2')
})

test.for([
  ['a name that goes up', [{ name: '../out', data: 'x' }], 'E_LAYER_UNSAFE', '../out'],
  ['a name that goes up in the middle', [{ name: 'a/../../out', data: 'x' }], 'E_LAYER_UNSAFE', 'a/../../out'],
  ['a directory that goes up', [{ name: 'a/..', type: '5' }], 'E_LAYER_UNSAFE', '..'],
  ['a whiteout of ..', [{ name: 'a/.wh...' }], 'E_LAYER_UNSAFE', '.wh...'],
  ['a whiteout of nothing', [{ name: 'a/.wh.' }], 'E_LAYER_UNSAFE', '.wh.'],
  ['a hard link that goes up', [{ name: 'a', type: '1', linkName: '../out' }], 'E_LAYER_UNSAFE', '../out'],
  ['a hard link out', [{ name: 'a', type: '1', linkName: '/etc/passwd' }], 'E_LAYER_INVALID', '/etc/passwd'],
  [
    'a hard link through a link out',
    [
      { name: 'out', type: '2', linkName: '/etc' },
      { name: 'a', type: '1', linkName: 'out/passwd' },
    ],
    'E_LAYER_INVALID',
    'out/passwd',
  ],
  [
    'a hard link to a directory',
    [
      { name: 'd/', type: '5' },
      { name: 'a', type: '1', linkName: 'd' },
    ],
    'E_LAYER_INVALID',
    '"d"',
  ],
  ['a root that is a link', [{ name: '.', type: '2', linkName: '/' }], 'E_LAYER_UNSAFE', 'root'],
  [
    'links that lead in a circle',
    [
      { name: 'a', type: '2', linkName: 'b' },
      { name: 'b', type: '2', linkName: 'a' },
      { name: 'a/x', data: 'x' },
    ],
    'E_LAYER_UNSAFE',
    'a',
  ],
  [
    'something below a file',
    [
      { name: 'a', data: 'x' },
      { name: 'a/b', data: 'y' },
    ],
    'E_LAYER_INVALID',
    '"a"',
  ],
  ['a link without a target', [{ name: 'a', type: '2' }], 'E_LAYER_INVALID', '"a"'],
  ['a component that is too long', [{ name: 'x', pax: { path: 'n'.repeat(300) } }], 'E_LAYER_UNSAFE', 'nnn'],
  ['a path that is too long', [{ name: 'x', pax: { path: 'nnnnnnnn/'.repeat(600) } }], 'E_LAYER_UNSAFE', 'nnn'],
  ['directories 10,000 deep', [{ name: 'x', pax: { path: 'd/'.repeat(4000) } }], 'E_LAYER_UNSAFE', 'deep'],
] as const)('%s is refused by name', async ([, items, code, named]) => {
  const error = await unpack(...items).catch((caught) => caught)
  expect(error).toMatchObject({ code, message: expect.stringContaining(named) })
  expect(readdirSync(base)).toEqual(['layer'])
})

test('directories one deeper with each entry end at a bound, and can be removed', async () => {
  const items = Array.from({ length: 1500 }, (_, depth) => ({
    name: 'x',
    type: '5',
    pax: { path: 'd/'.repeat(depth + 1) },
  }))
  await expect(unpack(...items)).rejects.toMatchObject({ code: 'E_LAYER_UNSAFE' })
  removeTree(target)
  expect(existsSync(target)).toBe(false)
})

test('a directory closed to its owner can be unpacked and removed', async () => {
  await unpack({ name: 'closed/', type: '5', mode: 0 }, { name: 'closed/file', data: 'x', mode: 0 })
  expect(modeOf('closed')).toBe(0)
  removeTree(target)
  expect(existsSync(target)).toBe(false)
})

test('no layer writes outside of its directory, whatever it says', async () => {
  const part = fc.constantFrom('a', 'b', '..', '.', '', 'c', '.wh.a', '.wh..wh..opq')
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const item = fc.record({
    name: fc.oneof(
      path,
      path.map((name) => `/${name}`),
    ),
    type: fc.constantFrom('0', '1', '2', '5', '6'),
    linkName: fc.oneof(path, fc.constantFrom('/', '/etc', '../../..', base)),
    data: fc.constantFrom('', 'data'),
    mode: fc.constantFrom(0, 0o777, 0o7777),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 12 }), async (items) => {
      removeTree(target)
      const cleaned = items.map((one) => (one.type === '0' ? one : { ...one, data: '' }))
      try {
        await unpack(...cleaned)
      } catch (error) {
        expect(error instanceof TspodError || isErrno(error, 'ELOOP'), String(error)).toBe(true)
      }
      expect(readdirSync(base)).toEqual(['layer'])
    }),
    { numRuns: 300 },
  )
})
