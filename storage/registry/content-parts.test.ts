import { expect, test } from 'vitest'
import { digestOfHex } from '../content/digest.ts'
import { openContent } from './content-parts.ts'

const BYTES = Buffer.from('abcdefgh')
const BLOB = { digest: digestOfHex('ab'.repeat(32)), sizeBytes: BYTES.byteLength }

test('a part that was broken off while it waited takes nothing from the one that goes on', async () => {
  let open: (value?: unknown) => void = () => undefined
  const gate = new Promise((resolve) => {
    open = resolve
  })
  let opened = 0
  await using content = openContent(BLOB, async function* (offset) {
    if (++opened === 1) await gate
    for (const letter of BYTES.subarray(offset)) yield Buffer.from([letter])
  })
  const brokenOff = content.read(0, 8).next()
  await new Promise(setImmediate)
  const rest = collect(content.read(0, 8))
  await new Promise(setImmediate)
  open()
  await brokenOff
  expect(await rest).toBe('abcdefgh')
})

test('parts that follow each other open the content once', async () => {
  let opened = 0
  await using content = openContent(BLOB, async function* (offset) {
    opened++
    yield BYTES.subarray(offset)
  })
  expect([await collect(content.read(0, 3)), await collect(content.read(3, 5))]).toEqual(['abc', 'defgh'])
  expect(opened).toBe(1)
})

async function collect(part: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of part) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
