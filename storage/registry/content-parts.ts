import type { BlobDescriptor } from '../content/content-store.ts'
import { blobSizeMismatch } from '../content/errors.ts'

/** The bytes of a blob from `offset` to its end. */
export type OpenContent = (offset: number) => AsyncIterable<Uint8Array>

/** A blob that is read in parts, mostly one after the other. */
export interface Content extends AsyncDisposable {
  /** @throws {TspodError} E_BLOB_SIZE: it ends before */
  read(offset: number, length: number): AsyncGenerator<Uint8Array>
}

interface Reader {
  readonly iterator: AsyncIterator<Uint8Array>
  /** where in the blob `rest` begins */
  position: number
  /** what was read and not passed on */
  rest: Uint8Array
  /** a part is being read; one that was broken off never ends, and may wait for its next bytes still */
  isBusy: boolean
}

const EMPTY = new Uint8Array()

/**
 * Opens the content once for all parts that follow each other: opening it in the middle may mean to
 * read it from the beginning. A part that is wanted again opens it again.
 */
export function openContent(blob: BlobDescriptor, open: OpenContent): Content {
  let reader: Reader | undefined

  const close = async (): Promise<void> => {
    const last = reader
    reader = undefined
    await last?.iterator.return?.()
  }
  const readerAt = async (offset: number): Promise<Reader> => {
    if (reader?.position === offset && !reader.isBusy) return reader
    await close()
    reader = { iterator: open(offset)[Symbol.asyncIterator](), position: offset, rest: EMPTY, isBusy: false }
    return reader
  }

  return {
    async *read(offset, length) {
      const from = await readerAt(offset)
      from.isBusy = true
      for (let left = length; left > 0; ) {
        if (from.rest.byteLength === 0) {
          const next = await from.iterator.next()
          if (next.done) throw blobSizeMismatch(blob.digest, blob.sizeBytes, `${left} bytes less`)
          from.rest = next.value
        }
        const part = from.rest.subarray(0, left)
        from.rest = from.rest.subarray(part.byteLength)
        from.position += part.byteLength
        left -= part.byteLength
        if (part.byteLength > 0) yield part
      }
      from.isBusy = false
    },
    [Symbol.asyncDispose]: close,
  }
}
