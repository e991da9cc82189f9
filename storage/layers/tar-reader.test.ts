import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TspodError } from '../../base/errors.ts'
import { gnuLong, paxRecord, type TarItem, tar } from './tar-builder.ts'
import type { TarEntry } from './tar-entry.ts'
import { createTarReader } from './tar-reader.ts'

interface Read {
  readonly entry: TarEntry
  readonly data: string
}

function readAll(bytes: Buffer, pieceBytes = bytes.length): Read[] {
  const all: Read[] = []
  let current: { entry: TarEntry; data: string } | undefined
  const reader = createTarReader({
    entry: (entry) => {
      current = { entry, data: '' }
    },
    data: (chunk) => {
      if (!current) throw new Error('data without an entry')
      current.data += chunk.toString('latin1')
    },
    end: () => {
      if (!current) throw new Error('an end without an entry')
      all.push(current)
      current = undefined
    },
  })
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes))
  reader.finish()
  return all
}

const ITEMS: readonly TarItem[] = [
  { name: 'dir/', type: '5', mode: 0o1777, uid: 5, gid: 6, mtimeS: 1_700_000_000 },
  { name: 'dir/file', data: 'x'.repeat(1000), mode: 0o4755, uid: 70_000 },
  { name: 'empty' },
  { name: 'exact', data: 'y'.repeat(512) },
  { name: 'link', type: '2', linkName: '../target' },
  { name: 'hard', type: '1', linkName: 'dir/file', sizeBytes: 1000 },
  { name: 'fifo', type: '6' },
  { name: 'null', type: '3' },
]

test.for([1, 7, 511, 512, 513, 100_000])('entries come out the same in pieces of %i bytes', (pieceBytes) => {
  const read = readAll(tar(ITEMS), pieceBytes)
  expect(read.map(({ entry }) => [entry.type, entry.name, entry.sizeBytes])).toEqual([
    ['directory', 'dir/', 0],
    ['file', 'dir/file', 1000],
    ['file', 'empty', 0],
    ['file', 'exact', 512],
    ['symlink', 'link', 0],
    ['hardlink', 'hard', 0],
    ['fifo', 'fifo', 0],
    ['character', 'null', 0],
  ])
  expect(read[0]?.entry).toMatchObject({ mode: 0o1777, uid: 5, gid: 6, mtimeS: 1_700_000_000 })
  expect(read[1]).toMatchObject({ data: 'x'.repeat(1000), entry: { mode: 0o4755, uid: 70_000 } })
  expect(read[4]?.entry.linkName).toBe('../target')
})

test('a pax header overrides the names, numbers and attributes of the next entry only', () => {
  const name = `long/${'n'.repeat(300)}\xff`
  const pax = {
    path: name,
    size: '3',
    uid: '3000000',
    mtime: '1.25',
    'SCHILY.xattr.security.capability': '\x01\0\xfe=\n',
  }
  const [first, second] = readAll(
    tar([
      { name: 'short', data: 'abc', pax },
      { name: 'plain', data: 'z' },
    ]),
  )
  expect(first?.entry).toMatchObject({ name, uid: 3_000_000, mtimeS: 1.25, sizeBytes: 3 })
  expect(first?.entry.xattrs.get('security.capability')).toEqual(Buffer.from('\x01\0\xfe=\n', 'latin1'))
  expect(second?.entry).toMatchObject({ name: 'plain', uid: 0 })
  expect(second?.entry.xattrs.size).toBe(0)
})

test('a global pax header has no effect, as with the other engines', () => {
  const global = { name: 'g', type: 'g', data: paxRecord('path', 'other') }
  expect(readAll(tar([global, { name: 'mine' }]))[0]?.entry.name).toBe('mine')
})

test('GNU long names and base-256 numbers', () => {
  const name = `${'d/'.repeat(120)}file`
  const items = [gnuLong('L', name), gnuLong('K', 'target'), { name: 'cut', type: '2', linkName: 't' }]
  expect(readAll(tar(items))[0]?.entry).toMatchObject({ name, linkName: 'target' })
  const big = readAll(tar([{ name: 'n', uid: 3_000_000, mtimeS: -86_400 }]))
  expect(big[0]?.entry).toMatchObject({ uid: 3_000_000, mtimeS: -86_400 })
})

test('a directory of before ustar is a file with a slash behind its name', () => {
  expect(readAll(tar([{ name: 'old/' }]))[0]?.entry.type).toBe('directory')
})

test('what follows the end of the archive does not matter, and the end may be missing', () => {
  const one = { name: 'one' }
  expect(readAll(Buffer.concat([tar([one]), Buffer.from('rubbish')]))).toHaveLength(1)
  expect(readAll(tar([one], { end: false }))).toHaveLength(1)
  expect(readAll(Buffer.alloc(0))).toEqual([])
})

test.for([
  ['a wrong checksum', tar([{ name: 'x', badChecksum: true }]), 'E_LAYER_INVALID'],
  ['a header cut off', tar([{ name: 'x' }]).subarray(0, 300), 'E_LAYER_INVALID'],
  ['data cut off', tar([{ name: 'x', data: 'y'.repeat(600) }]).subarray(0, 1000), 'E_LAYER_INVALID'],
  ['a size larger than the data', tar([{ name: 'x', data: 'abc', sizeBytes: 9999 }]), 'E_LAYER_INVALID'],
  ['a negative size', tar([{ name: 'x', sizeBytes: -1 }]), 'E_LAYER_INVALID'],
  ['a huge size', tar([{ name: 'x', sizeBytes: 2 ** 50 }]), 'E_LAYER_UNSAFE'],
  ['a huge pax header', tar([{ name: 'x', type: 'x', sizeBytes: 2 ** 21 }]), 'E_LAYER_UNSAFE'],
  ['a malformed pax record', tar([{ name: 'x', type: 'x', data: '99 path=x\n' }, { name: 'y' }]), 'E_LAYER_INVALID'],
  ['a pax record without "="', tar([{ name: 'x', type: 'x', data: '7 path\n' }, { name: 'y' }]), 'E_LAYER_INVALID'],
  ['a NUL in a pax path', tar([{ name: 'x', pax: { path: 'a\0b' } }]), 'E_LAYER_INVALID'],
  ['a sparse file', tar([{ name: 'x', type: 'S' }]), 'E_LAYER_UNSUPPORTED'],
  ['a sparse file by pax', tar([{ name: 'x', pax: { 'GNU.sparse.major': '1' } }]), 'E_LAYER_UNSUPPORTED'],
  ['an unknown type', tar([{ name: 'x', type: 'Z' }]), 'E_LAYER_UNSUPPORTED'],
  [
    'a pax header with nothing behind',
    tar([{ name: 'x', type: 'x', data: paxRecord('path', 'y') }]),
    'E_LAYER_INVALID',
  ],
  ['no tar at all', Buffer.alloc(1024, 'not a tar '), 'E_LAYER_INVALID'],
] as const)('%s is refused', ([, bytes, code]) => {
  expect(() => readAll(bytes)).toThrow(expect.objectContaining({ code }))
})

test('whatever bytes come, the answer is entries or a typed error', () => {
  const valid = tar([{ name: 'a', data: 'data', pax: { path: 'b', 'SCHILY.xattr.user.a': '1' } }, ...ITEMS])
  const change = fc.record({ at: fc.nat(valid.length - 1), byte: fc.nat(255) })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.integer({ min: 1, max: 700 }), (changes, pieceBytes) => {
      const bytes = Buffer.from(valid)
      for (const { at, byte } of changes) bytes[at] = byte
      try {
        readAll(bytes, pieceBytes)
      } catch (error) {
        expect(error).toBeInstanceOf(TspodError)
      }
    }),
    { numRuns: 500 },
  )
})
