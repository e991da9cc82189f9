import { MAGIC_BYTES } from './decompress.ts'

/** The first bytes of a stream, enough to tell how it is compressed, and the whole stream with them. */
export async function peek<Chunk extends Uint8Array>(source: AsyncIterable<Chunk>) {
  const iterator = source[Symbol.asyncIterator]()
  let beginning = Buffer.alloc(0)
  while (beginning.length < MAGIC_BYTES) {
    const next = await iterator.next()
    if (next.done) break
    beginning = Buffer.concat([beginning, next.value])
  }
  async function* all(): AsyncGenerator<Chunk | Buffer> {
    if (beginning.length > 0) yield beginning
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { beginning, all: all() }
}
