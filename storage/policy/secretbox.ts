import { timingSafeEqual } from 'node:crypto'

/** NaCl's secret-key authenticated encryption, XSalsa20 and Poly1305, in which cosign keeps its private keys. */
interface Box {
  /** 32 bytes */
  readonly key: Uint8Array
  /** 24 bytes */
  readonly nonce: Uint8Array
}

const TAG_BYTES = 16
const POLY_KEY_BYTES = 32
const SIGMA = Buffer.from('expand 32-byte k')

/**
 * The text in a box; `undefined` where the key is not the one it was closed with, or it was changed.
 * For something as small as a key: nothing here is made to be fast.
 *
 * @see cr.yp.to/highspeed/naclcrypto-20090310.pdf, sections 8 to 10
 */
export function openSecretbox(box: Uint8Array, { key, nonce }: Box): Buffer | undefined {
  if (box.byteLength < TAG_BYTES) return undefined
  const cipher = box.subarray(TAG_BYTES)
  const stream = xsalsa20(POLY_KEY_BYTES + cipher.byteLength, { key, nonce })
  const tag = poly1305(cipher, stream.subarray(0, POLY_KEY_BYTES))
  if (!timingSafeEqual(tag, box.subarray(0, TAG_BYTES))) return undefined
  return Buffer.from(cipher.map((byte, index) => byte ^ (stream[POLY_KEY_BYTES + index] ?? 0)))
}

/** Source: cr.yp.to/snuffle/xsalsa-20110204.pdf, section 2. */
function xsalsa20(length: number, { key, nonce }: Box): Uint8Array {
  const mixed = salsa20Rounds(blockOf(key, nonce.subarray(0, 16)))
  const subkey = wordBytes([0, 5, 10, 15, 6, 7, 8, 9].map((index) => mixed[index] ?? 0))
  const stream = new Uint8Array(Math.ceil(length / 64) * 64)
  const input = Buffer.alloc(16)
  input.set(nonce.subarray(16, 24))
  for (let block = 0; block * 64 < length; block++) {
    input.writeUInt32LE(block, 8)
    const start = blockOf(subkey, input)
    stream.set(wordBytes(salsa20Rounds(start).map((word, index) => (word + (start[index] ?? 0)) >>> 0)), block * 64)
  }
  return stream.subarray(0, length)
}

/** The block that the rounds begin with. Source: cr.yp.to/snuffle/spec.pdf, section 9. */
function blockOf(key: Uint8Array, input: Uint8Array): number[] {
  const sigma = (index: number): Buffer => SIGMA.subarray(index * 4, index * 4 + 4)
  const bytes = Buffer.concat([
    ...[sigma(0), key.subarray(0, 16), sigma(1), input, sigma(2), key.subarray(16, 32), sigma(3)],
  ])
  return Array.from({ length: 16 }, (_, index) => bytes.readUInt32LE(index * 4))
}

/** Which words a quarter-round takes: the columns, then the rows. Source: cr.yp.to/snuffle/spec.pdf, sections 4 and 5. */
const QUARTERS = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
] as const

function salsa20Rounds(start: readonly number[]): number[] {
  const words = Uint32Array.from(start)
  const mix = (to: number, a: number, b: number, bits: number): void => {
    const sum = ((words[a] ?? 0) + (words[b] ?? 0)) >>> 0
    words[to] = (words[to] ?? 0) ^ ((sum << bits) | (sum >>> (32 - bits)))
  }
  for (let round = 0; round < 20; round += 2) {
    for (const [a, b, c, d] of QUARTERS) {
      mix(b, a, d, 7)
      mix(c, b, a, 9)
      mix(d, c, b, 13)
      mix(a, d, c, 18)
    }
  }
  return Array.from(words)
}

const PRIME = (1n << 130n) - 5n
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn

/** Source: RFC 8439, section 2.5. */
function poly1305(message: Uint8Array, key: Uint8Array): Uint8Array {
  const r = littleEndian(key.subarray(0, 16)) & CLAMP
  let sum = 0n
  for (let at = 0; at < message.byteLength; at += 16) {
    const block = message.subarray(at, at + 16)
    sum = ((sum + littleEndian(block) + (1n << BigInt(8 * block.byteLength))) * r) % PRIME
  }
  const tag = sum + littleEndian(key.subarray(16, 32))
  return Uint8Array.from({ length: TAG_BYTES }, (_, index) => Number((tag >> BigInt(8 * index)) & 0xffn))
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function wordBytes(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4)
  for (const [index, word] of words.entries()) bytes.writeUInt32LE(word, index * 4)
  return bytes
}
