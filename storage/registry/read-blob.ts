import type { RegistryClient } from './client.ts'
import { RegistryFailure } from './errors.ts'
import type { BlobDescriptor } from './open-blob.ts'
import { DEFAULT_RETRY, pause, pauseAfter, type RetryPolicy } from './retry.ts'

export interface ReadBlobOptions {
  /** bytes that are there already */
  readonly offset?: number
  readonly onNotice?: (message: string) => void
  readonly retry?: Partial<RetryPolicy>
  readonly signal?: AbortSignal | undefined
}

/** So much between two interruptions counts as a working connection, which may be interrupted anew. */
const PROGRESS_BYTES = 1 << 20

/**
 * The bytes of a blob from `offset` to its end, each once: after an interruption it goes on
 * where it was, by Range, or by passing over what a registry without Range sends again.
 *
 * @throws {RegistryFailure} as `openBlob`; E_REGISTRY_UNREACHABLE when interrupted too often
 */
export async function* readBlob(
  client: RegistryClient,
  blob: BlobDescriptor,
  options: ReadBlobOptions = {},
): AsyncGenerator<Uint8Array> {
  const policy = { ...DEFAULT_RETRY, ...options.retry }
  const onNotice = options.onNotice ?? (() => undefined)
  let position = options.offset ?? 0
  for (let interruptions = 0; ; ) {
    const started = position
    const opened = await client.openBlob(blob, { offset: position })
    try {
      for await (const chunk of from(opened.stream, position - opened.offset)) {
        position += chunk.byteLength
        yield chunk
      }
      return
    } catch (error) {
      if (!(error instanceof RegistryFailure)) throw error
      interruptions = position - started >= PROGRESS_BYTES ? 1 : interruptions + 1
      const delayMs = pauseAfter(error, interruptions, policy)
      if (delayMs === undefined) throw error
      await pause(error, delayMs, { onNotice, signal: options.signal })
    }
  }
}

async function* from(stream: AsyncIterable<Uint8Array>, skipBytes: number): AsyncGenerator<Uint8Array> {
  let skip = skipBytes
  for await (const chunk of stream) {
    const fresh = chunk.subarray(Math.min(skip, chunk.byteLength))
    skip -= chunk.byteLength - fresh.byteLength
    if (fresh.byteLength > 0) yield fresh
  }
}
