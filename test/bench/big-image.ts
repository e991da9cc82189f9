import { createCipheriv } from 'node:crypto'
import { type BuiltImage, imageOf, type TarEntry, tarOf } from '../support/tar-image.ts'

const LAYERS = ['usr', 'opt', 'srv'] as const
const FILES_PER_LAYER = 7500
const MIB = 1 << 20
const BLOCK_BYTES = 32 * MIB

/**
 * An image of three layers with 22,500 files and about 730 MB: most files are small, most bytes
 * are in big ones, and a fifth of them will not compress. The same at every call.
 */
export async function bigImage(): Promise<BuiltImage> {
  const blocks = { text: textBlock(), noise: noiseBlock() }
  const tars: Buffer[] = []
  for (const [index, top] of LAYERS.entries()) tars.push(await tarOf(layerEntries(top, { seed: index + 1, blocks })))
  return imageOf(tars)
}

interface Blocks {
  readonly text: Buffer
  readonly noise: Buffer
}

function layerEntries(top: string, options: { seed: number; blocks: Blocks }): TarEntry[] {
  const random = randomFrom(options.seed)
  const entries: TarEntry[] = [{ name: `${top}/`, type: 'directory', mode: 0o755 }]
  let directory = top
  for (let n = 0; n < FILES_PER_LAYER; n++) {
    if (n % 16 === 0) {
      directory = `${top}/part${n >> 8}/dir${n >> 4}`
      if (n % 256 === 0) entries.push({ name: `${top}/part${n >> 8}/`, type: 'directory', mode: 0o755 })
      entries.push({ name: `${directory}/`, type: 'directory', mode: 0o755 })
      entries.push({ name: `${directory}/link`, type: 'symlink', linkname: `file${n}` })
    }
    const block = random() < 0.22 ? options.blocks.noise : options.blocks.text
    const size = sizeBytes(random)
    const start = Math.floor(random() * (BLOCK_BYTES - size))
    const mode = random() < 0.1 ? 0o755 : 0o644
    entries.push({ name: `${directory}/file${n}`, mode, content: block.subarray(start, start + size) })
  }
  return entries
}

/** Up to 16 KiB for nine in ten, up to 256 KiB for most of the others, up to 14 MiB for one in two hundred. */
function sizeBytes(random: () => number): number {
  const kind = random()
  const [low, high] = kind < 0.9 ? [64, 16 << 10] : kind < 0.995 ? [16 << 10, 256 << 10] : [256 << 10, 14 * MIB]
  return Math.floor(low * (high / low) ** random())
}

/** Text of random words, which gzip makes about a third of. */
function textBlock(): Buffer {
  const random = randomFrom(99)
  const word = () => Math.floor(random() * 36 ** 4).toString(36)
  const words = Array.from({ length: 100 }, word)
  const lines: string[] = []
  for (let bytes = 0; bytes < BLOCK_BYTES; ) {
    const line = Array.from({ length: 12 }, () => words[Math.floor(random() * words.length)]).join(' ')
    lines.push(line)
    bytes += line.length + 1
  }
  return Buffer.from(lines.join('\n')).subarray(0, BLOCK_BYTES)
}

/** Bytes that no compressor makes fewer: a cipher's key stream. */
function noiseBlock(): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(Buffer.alloc(BLOCK_BYTES))
}

/** Numbers from 0 to 1, the same for the same seed: xorshift32. Source: Marsaglia, "Xorshift RNGs", 2003. */
function randomFrom(seed: number): () => number {
  let state = seed * 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
