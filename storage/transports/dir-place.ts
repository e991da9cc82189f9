import { createHash } from 'node:crypto'
import { type Digest, digestOfHex, hexOf } from '../content/digest.ts'
import { blobMismatch } from '../content/errors.ts'
import { MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import { badArchive, missingBlob } from './errors.ts'
import type { FileTree, FileTreeWriter } from './file-tree.ts'
import type { ImageSink, ImageSource } from './image-place.ts'
import { checkBlob } from './layout-source.ts'

/** What skopeo writes into the file `version`. */
const VERSION = 'Directory Transport Version: 1.1\n'

/**
 * An image in a directory as skopeo's `dir:` has it: manifest.json, and each blob under its
 * hexadecimal digits. Signatures beside them are not read.
 *
 * @see containers-transports(5)
 */
export function dirSource(files: FileTree): ImageSource {
  return {
    name: files.name,
    async readDocument(digest) {
      const bytes = readDocument(files, digest)
      const actual = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
      if (digest !== undefined && actual !== digest) throw blobMismatch(digest, actual)
      return { mediaType: '', digest: actual, bytes }
    },
    openBlob(blob, offset) {
      checkBlob(files, hexOf(blob.digest), blob)
      return files.open(hexOf(blob.digest), offset)
    },
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  }
}

function readDocument(files: FileTree, digest: Digest | undefined): Buffer {
  const bytes =
    (digest === undefined ? undefined : files.read(`${hexOf(digest)}.manifest.json`, MAX_MANIFEST_BYTES)) ??
    files.read('manifest.json', MAX_MANIFEST_BYTES)
  if (bytes) return bytes
  throw digest === undefined ? badArchive(files.name, 'it has no manifest.json') : missingBlob(files.name, digest)
}

export function dirSink(files: FileTreeWriter): ImageSink {
  return {
    name: files.name,
    layers: 'any',
    formats: ['oci', 'docker'],
    hasBlob: async ({ digest, sizeBytes }) => files.has(hexOf(digest), sizeBytes),
    writeBlob: (blob, open) => files.writeStream(hexOf(blob.digest), blob.sizeBytes, open(0)),
    writeDocument: (document, { isTop }) =>
      files.write(isTop ? 'manifest.json' : `${hexOf(document.digest)}.manifest.json`, document.bytes),
    async commit() {
      await files.write('version', Buffer.from(VERSION))
      await files.commit()
    },
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  }
}
