import { createReadStream } from 'node:fs'

/** stdin in pieces that are worth their way. */
export function stdinBytes(): AsyncIterable<Buffer> {
  return createReadStream('', { fd: 0, highWaterMark: 1 << 18, autoClose: false }) as AsyncIterable<Buffer>
}
