import { blobSizeMismatch } from '../content/errors.ts'
import { createSlots } from '../layers/slots.ts'
import { plainFile, TAR_END, tarHeader, tarPadding } from '../layers/tar-writer.ts'
import type { ByteOutput } from './byte-output.ts'
import type { FileTreeWriter } from './file-tree.ts'

/** Writes files into a tar, one behind the other, in the order in which they come. */
export function createArchiveWriter(output: ByteOutput, name: string): FileTreeWriter {
  const files = new Set<string>()
  const turn = createSlots(1)

  // Some readers make a directory that is not named with an owner that is not theirs to give.
  const writeParents = (file: string): void => {
    for (let slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
      const directory = file.slice(0, slash + 1)
      if (files.has(directory)) continue
      files.add(directory)
      output.write(tarHeader({ ...plainFile(directory, 0), type: 'directory', mode: 0o755 }))
    }
  }

  const writeStream: FileTreeWriter['writeStream'] = async (file, sizeBytes, stream) => {
    using _turn = await turn.take()
    if (files.has(file)) return
    files.add(file)
    writeParents(file)
    output.write(tarHeader(plainFile(file, sizeBytes)))
    let written = 0
    for await (const chunk of stream) {
      written += chunk.byteLength
      if (written > sizeBytes) throw blobSizeMismatch(file, sizeBytes, 'more')
      output.write(chunk)
    }
    if (written < sizeBytes) throw blobSizeMismatch(file, sizeBytes, `${written}`)
    output.write(tarPadding(sizeBytes))
  }

  return {
    name,
    has: (file) => files.has(file),
    write: (file, bytes) => writeStream(file, bytes.byteLength, only(bytes)),
    writeStream,
    async commit() {
      output.write(TAR_END)
      output.commit()
    },
    [Symbol.asyncDispose]: async () => output[Symbol.dispose](),
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes
}
