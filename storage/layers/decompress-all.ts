import { createDecompressor, type Decompressor, detectCompression, MAGIC_BYTES } from './decompress.ts'

/**
 * Feeds `sink` with the plain bytes of what may be compressed.
 * @throws {TspodError} E_LAYER_INVALID, E_LAYER_UNSUPPORTED, and what the sink throws
 */
export async function decompressAll(source: AsyncIterable<Buffer>, sink: (chunk: Buffer) => void): Promise<void> {
  let beginning = Buffer.alloc(0)
  let decompressor: Decompressor | undefined
  try {
    for await (const chunk of source) {
      if (decompressor) {
        await decompressor.write(chunk)
        continue
      }
      beginning = beginning.length === 0 ? Buffer.from(chunk) : Buffer.concat([beginning, chunk])
      if (beginning.length < MAGIC_BYTES) continue
      decompressor = createDecompressor(detectCompression(beginning), sink)
      await decompressor.write(beginning)
    }
    if (!decompressor) {
      decompressor = createDecompressor(detectCompression(beginning), sink)
      if (beginning.length > 0) await decompressor.write(beginning)
    }
    await decompressor.end()
  } finally {
    decompressor?.destroy()
  }
}
