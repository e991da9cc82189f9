import type { Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { messageOf } from '../../base/errors.ts'
import { badLayer, unsupportedLayer } from './errors.ts'
import { createFrameSplitter } from './zstd-frames.ts'

/** Takes compressed bytes and passes plain ones to its sink, in order. */
export interface Decompressor {
  /** Resolves when it wants more. @throws {TspodError} E_LAYER_INVALID, and what the sink throws */
  write(chunk: Buffer): Promise<void>
  /** Resolves when the sink has seen the last byte. */
  end(): Promise<void>
  destroy(): void
}

export type Compression = 'none' | 'gzip' | 'zstd'

const OUTPUT_BYTES = 1 << 18

/** So many bytes of the beginning tell how a layer is compressed; fewer where there are no more. */
export const MAGIC_BYTES = 6

const MAGICS = [
  { kind: 'gzip', bytes: Buffer.of(0x1f, 0x8b) },
  { kind: 'zstd', bytes: Buffer.of(0x28, 0xb5, 0x2f, 0xfd) },
  { kind: 'xz', bytes: Buffer.from('\xfd7zXZ\0', 'latin1') },
  { kind: 'bzip2', bytes: Buffer.from('BZh') },
] as const

/** How something that begins with these bytes is compressed. */
export function compressionOf(beginning: Buffer): Compression | 'xz' | 'bzip2' {
  const found = MAGICS.find(({ bytes }) => beginning.subarray(0, bytes.length).equals(bytes))?.kind
  // A zstd stream may begin with a skippable frame. Source: RFC 8878, section 3.1.2.
  if (!found && beginning.length >= 4 && (beginning.readUInt32LE() & 0xfffffff0) >>> 0 === 0x184d2a50) return 'zstd'
  return found ?? 'none'
}

/**
 * How these first bytes of a layer are compressed. What media types say is often wrong, so they are not asked.
 * @throws {TspodError} E_LAYER_UNSUPPORTED: xz, bzip2
 */
export function detectCompression(beginning: Buffer): Compression {
  const found = compressionOf(beginning)
  if (found !== 'xz' && found !== 'bzip2') return found
  throw unsupportedLayer(`it is compressed with ${found}`, 'have the image made with gzip or zstd')
}

export function createDecompressor(kind: Compression, sink: (chunk: Buffer) => void): Decompressor {
  if (kind === 'none') {
    return { write: async (chunk) => sink(chunk), end: async () => undefined, destroy: () => undefined }
  }
  if (kind === 'gzip') return streamed(createGunzip({ chunkSize: OUTPUT_BYTES }), kind, sink)
  const zstd = streamed(createZstdDecompress({ chunkSize: OUTPUT_BYTES }), kind, sink)
  const split = createFrameSplitter()
  return {
    ...zstd,
    async write(chunk) {
      for (const piece of split(chunk)) await zstd.write(piece)
    },
  }
}

/**
 * zlib works in a thread of its own. The sink is called a microtask later than the data comes, when
 * zlib is at the next piece already, so both work at the same time; at most two pieces wait.
 */
function streamed(stream: Transform, kind: Compression, sink: (chunk: Buffer) => void): Decompressor {
  let failure: unknown
  let wake: (() => void) | undefined
  let ended = false
  const settle = (): void => {
    wake?.()
    wake = undefined
  }
  const fail = (error: unknown): void => {
    failure ??= error
    stream.destroy()
    settle()
  }
  stream.on('data', (chunk: Buffer) => {
    queueMicrotask(() => {
      if (failure !== undefined) return
      try {
        sink(chunk)
      } catch (error) {
        fail(error)
      }
    })
  })
  stream.on('error', (error) => fail(badLayer(`it is not whole as ${kind}: ${messageOf(error)}`, error)))
  stream.on('end', () => {
    // Behind the microtask of the last piece.
    setImmediate(() => {
      ended = true
      settle()
    })
  })
  const waitUntil = async (start: (done: () => void) => void): Promise<void> => {
    // Node stops at zeros or rubbish behind the compressed data; the digest of what came out decides.
    if (failure === undefined && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve
        start(settle)
      })
    }
    if (failure !== undefined) throw failure
  }
  return {
    write: (chunk) => waitUntil((done) => stream.write(chunk, done)),
    end: () => waitUntil(() => void stream.end()),
    destroy: () => void stream.destroy(),
  }
}
