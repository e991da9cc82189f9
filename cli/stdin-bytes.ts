import { read } from 'node:fs'
import { isErrno } from '../base/errors.ts'

const PIECE_BYTES = 1 << 18
/** Whoever reads has at most a few pieces at hand; then a buffer is used again. */
const BUFFERS = 8
const LOOK_MS = 5

/** stdin, in memory that does not grow with it: a piece is good for as long as the next few are not asked for. */
export async function* stdinBytes(): AsyncGenerator<Buffer> {
  const buffers = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafe(PIECE_BYTES))
  for (;;) {
    for (const buffer of buffers) {
      const count = await readSome(buffer)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  }
}

async function readSome(buffer: Buffer): Promise<number> {
  for (;;) {
    try {
      return await new Promise((resolve, reject) =>
        read(0, buffer, 0, buffer.length, null, (error, count) => (error ? reject(error) : resolve(count))),
      )
    } catch (error) {
      // Somebody we share it with made it non-blocking, and node has no poll(2) for descriptors.
      if (!isErrno(error, 'EAGAIN')) throw error
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
  }
}
