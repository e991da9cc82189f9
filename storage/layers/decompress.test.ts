import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDecompressor, detectCompression } from './decompress.ts'
import { createFrameSplitter } from './zstd-frames.ts'

const PARTS = [Buffer.alloc(700_000, 'abc'), Buffer.from('short'), Buffer.alloc(0), Buffer.alloc(300_000, 'x')]
const PLAIN = Buffer.concat(PARTS)
const SKIPPABLE = Buffer.concat([Buffer.of(0x5e, 0x2a, 0x4d, 0x18, 5, 0, 0, 0), Buffer.from('12345')])
const GZIP = Buffer.concat(PARTS.map((part) => gzipSync(part)))
const ZSTD = Buffer.concat([SKIPPABLE, ...PARTS.map((part) => zstdCompressSync(part)), SKIPPABLE])

async function decompress(bytes: Buffer, pieceBytes: number): Promise<Buffer> {
  const out: Buffer[] = []
  const decompressor = createDecompressor(detectCompression(bytes), (chunk) => out.push(chunk))
  for (let at = 0; at < bytes.length; at += pieceBytes) await decompressor.write(bytes.subarray(at, at + pieceBytes))
  await decompressor.end()
  return Buffer.concat(out)
}

test.for([
  ['gzip of several members', GZIP],
  ['zstd of several frames', ZSTD],
  ['gzip with zeros behind', Buffer.concat([GZIP, Buffer.alloc(500)])],
  ['plain', Buffer.concat([PLAIN])],
] as const)('%s comes out as it went in, however it is cut', async ([, bytes]) => {
  for (const pieceBytes of [bytes.length, 4096, 7]) {
    if (bytes === PLAIN && pieceBytes === 7) continue
    expect((await decompress(bytes, pieceBytes)).equals(PLAIN)).toBe(true)
  }
})

test.for([
  ['gzip', GZIP.subarray(0, 900)],
  ['zstd', ZSTD.subarray(0, 60)],
] as const)('%s that is cut off is an error', async ([, bytes]) => {
  await expect(decompress(bytes, 100)).rejects.toMatchObject({ code: 'E_LAYER_INVALID' })
})

test('damaged gzip is an error, and so is what the sink throws', async () => {
  const damaged = Buffer.from(GZIP)
  damaged.fill(0xff, 50, 90)
  await expect(decompress(damaged, 4096)).rejects.toMatchObject({ code: 'E_LAYER_INVALID' })
  const decompressor = createDecompressor('gzip', () => {
    throw new Error('full')
  })
  const all = async () => {
    await decompressor.write(GZIP)
    await decompressor.end()
  }
  await expect(all()).rejects.toThrow('full')
})

test.for([
  ['xz', Buffer.from('\xfd7zXZ\0', 'latin1')],
  ['bzip2', Buffer.from('BZh91AY')],
] as const)('%s is refused by name', ([name, bytes]) => {
  expect(() => detectCompression(bytes)).toThrow(name)
})

test('a splitter loses no byte, whatever it is given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (tail, step) => {
      const bytes = Buffer.concat([ZSTD.subarray(0, 40), tail])
      const split = createFrameSplitter()
      const pieces: Buffer[] = []
      try {
        for (let at = 0; at < bytes.length; at += step) pieces.push(...split(bytes.subarray(at, at + step)))
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_LAYER_INVALID' })
        return
      }
      expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
    }),
    { numRuns: 200 },
  )
})
