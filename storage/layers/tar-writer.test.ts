import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TarEntry } from './tar-entry.ts'
import { createTarReader } from './tar-reader.ts'
import { plainFile, TAR_END, type TarItem, tarHeader, tarPadding } from './tar-writer.ts'

function archive(items: readonly { readonly item: TarItem; readonly data?: Buffer }[]): Buffer {
  return Buffer.concat([
    ...items.flatMap(({ item, data = Buffer.alloc(0) }) => [tarHeader(item), data, tarPadding(data.length)]),
    TAR_END,
  ])
}

function read(bytes: Buffer): TarEntry[] {
  const entries: TarEntry[] = []
  const reader = createTarReader({ entry: (entry) => entries.push(entry), data: () => {}, end: () => {} })
  reader.push(bytes)
  reader.finish()
  return entries
}

const nameByte = fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f)
const name = fc.array(nameByte, { minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const xattrs = fc
  .dictionary(fc.stringMatching(/^user\.[a-z0-9.]{1,20}$/), fc.uint8Array({ maxLength: 60 }), { maxKeys: 3 })
  .map((record) => new Map(Object.entries(record).map(([key, value]) => [key, Buffer.from(value)])))
const item: fc.Arbitrary<TarItem> = fc.record({
  type: fc.constantFrom('file', 'directory', 'hardlink', 'symlink', 'fifo', 'character', 'block'),
  name,
  linkName: name,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 0xfffffffe }),
  gid: fc.integer({ min: 0, max: 0xfffffffe }),
  sizeBytes: fc.constant(0),
  mtimeS: fc.integer({ min: -(2 ** 38), max: 2 ** 38 }),
  xattrs,
})

test('what is written is read back as it was', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 5 }), (items) => {
      const expected = items.map((one) => ({
        ...one,
        linkName: one.type === 'hardlink' || one.type === 'symlink' ? one.linkName : '',
      }))
      expect(read(archive(items.map((one) => ({ item: one }))))).toEqual(expected)
    }),
  )
})

test('a size that 11 octal digits do not hold is kept', () => {
  const sizeBytes = 40 * 2 ** 30
  const entries: TarEntry[] = []
  const reader = createTarReader({ entry: (entry) => entries.push(entry), data: () => {}, end: () => {} })
  reader.push(tarHeader(plainFile('huge', sizeBytes)))
  expect(entries).toMatchObject([{ name: 'huge', sizeBytes }])
})

test('the same entry gives the same bytes, and a fraction of a second nothing', () => {
  const one = {
    ...plainFile('a', 0),
    xattrs: new Map([
      ['user.b', Buffer.of(1)],
      ['user.a', Buffer.of(2)],
    ]),
  }
  const other = { ...one, mtimeS: 0.5, xattrs: new Map([...one.xattrs].reverse()) }
  expect(tarHeader(other).equals(tarHeader(one))).toBe(true)
})

test('tar(1) reads it', () => {
  const long = `${'d'.repeat(150)}/${'f'.repeat(200)}`
  const data = Buffer.from('hello')
  const bytes = archive([
    { item: { ...plainFile('plain', 5), mode: 0o640, uid: 3_000_000, mtimeS: 1_600_000_000 }, data },
    { item: plainFile(long, 5), data },
    { item: { ...plainFile('bytes-\xff', 0), type: 'symlink', linkName: 'x'.repeat(120) } },
    { item: { ...plainFile('device', 0), type: 'character', device: { major: 1, minor: 3 } } },
  ])
  const { stdout, status } = spawnSync('tar', ['-tv', '--numeric-owner', '--utc', '-f', '-'], {
    input: bytes,
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  })
  expect(status).toBe(0)
  expect(stdout.replace(/ +/g, ' ').trimEnd().split('\n')).toEqual([
    '-rw-r----- 3000000/0 5 2020-09-13 12:26 plain',
    `-rw-r--r-- 0/0 5 1970-01-01 00:00 ${long}`,
    `lrw-r--r-- 0/0 0 1970-01-01 00:00 bytes-\\377 -> ${'x'.repeat(120)}`,
    'crw-r--r-- 0/0 1,3 1970-01-01 00:00 device',
  ])
})
