import { badLayer } from './errors.ts'

const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4

/** What is looked at next, of which so many bytes are needed, or passed over. */
type Part = 'magic' | 'descriptor' | 'header' | 'block' | 'skip-size' | 'skip' | 'skip-block' | 'checksum'

const COLLECTED: ReadonlySet<Part> = new Set(['magic', 'descriptor', 'block', 'skip-size'])

/**
 * Cuts zstd data at the ends of its frames, wherever those are in the chunks. Node's decompressor
 * drops what follows a frame in the same write, and layers of many frames are common (zstd:chunked).
 *
 * @returns a function that gives the pieces of the next chunk
 * @see RFC 8878, section 3.1
 */
export function createFrameSplitter(): (chunk: Buffer) => Buffer[] {
  let part: Part = 'magic'
  let needed = 4
  let collected: number[] = []
  let hasChecksum = false
  let isLastBlock = false

  const expect = (next: Part, bytes: number): void => {
    part = next
    needed = bytes
    collected = []
  }
  const number = (): number => collected.reduceRight((value, byte) => value * 256 + byte, 0)
  const endFrame = (): true => {
    expect('magic', 4)
    return true
  }
  const afterBlock = (): boolean => {
    if (!isLastBlock) expect('block', BLOCK_HEADER_BYTES)
    else if (!hasChecksum) return endFrame()
    else expect('checksum', CHECKSUM_BYTES)
    return false
  }

  /** All bytes of a part are there. True where a frame ends with it. */
  const finishPart = (): boolean => {
    switch (part) {
      case 'magic':
        if (number() === FRAME_MAGIC) expect('descriptor', 1)
        else if (number() - (number() % 16) === SKIPPABLE_MAGIC) expect('skip-size', 4)
        else throw badLayer('something other than a frame is in its zstd data')
        return false
      case 'descriptor': {
        const descriptor = number()
        hasChecksum = (descriptor & 4) !== 0
        expect('header', headerBytes(descriptor))
        return needed === 0 && finishPart()
      }
      case 'header':
        expect('block', BLOCK_HEADER_BYTES)
        return false
      case 'block': {
        const header = number()
        isLastBlock = (header & 1) !== 0
        // 1: one byte, so many times
        expect('skip-block', ((header >> 1) & 3) === 1 ? 1 : header >> 3)
        return needed === 0 && finishPart()
      }
      case 'skip-block':
        return afterBlock()
      case 'skip-size':
        expect('skip', number())
        return needed === 0 && finishPart()
      case 'skip':
      case 'checksum':
        return endFrame()
    }
  }

  return (chunk) => {
    const pieces: Buffer[] = []
    let start = 0
    for (let at = 0; at < chunk.length; ) {
      const take = Math.min(needed, chunk.length - at)
      if (COLLECTED.has(part)) collected.push(...chunk.subarray(at, at + take))
      needed -= take
      at += take
      if (needed === 0 && finishPart()) {
        pieces.push(chunk.subarray(start, at))
        start = at
      }
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
    return pieces
  }
}

/** Window descriptor, dictionary id and content size together. Source: RFC 8878, section 3.1.1.1. */
function headerBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const sizeFlag = descriptor >> 6
  const sizeBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 2 ** sizeFlag
  return (isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes
}
