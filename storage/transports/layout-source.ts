import { createHash } from 'node:crypto'
import { type Digest, digestOfHex, hexOf } from '../content/digest.ts'
import { blobMismatch, blobSizeMismatch } from '../content/errors.ts'
import { MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import { badArchive, missingBlob } from './errors.ts'
import type { FileTree } from './file-tree.ts'
import type { ImageDocument, ImageSource } from './image-place.ts'
import { type LayoutEntry, parseLayoutIndex } from './layout-index.ts'

/** The images of an OCI image layout. @throws {TspodError} E_BAD_ARCHIVE */
export function readLayout(files: FileTree): LayoutEntry[] {
  const index = files.read('index.json', MAX_MANIFEST_BYTES)
  if (!index) throw badArchive(files.name, 'not an OCI image layout: it has no index.json')
  return parseLayoutIndex(index, files.name)
}

/**
 * An image of an OCI image layout, in a directory or an archive. The files stay open after it.
 * @see OCI image-spec, image-layout.md
 */
export function layoutSource(files: FileTree, entry: LayoutEntry): ImageSource {
  return {
    name: files.name,
    async readDocument(digest = entry.digest): Promise<ImageDocument> {
      const bytes = files.read(blobFile(digest), MAX_MANIFEST_BYTES)
      if (!bytes) throw missingBlob(files.name, digest)
      const actual = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
      if (actual !== digest) throw blobMismatch(digest, actual)
      return { mediaType: digest === entry.digest ? entry.mediaType : '', digest, bytes }
    },
    openBlob(blob, offset) {
      checkBlob(files, blobFile(blob.digest), blob)
      return files.open(blobFile(blob.digest), offset)
    },
    takeBlob: ({ digest }, path) => files.take?.(blobFile(digest), path, hexOf(digest)) ?? false,
    [Symbol.asyncDispose]: async () => {},
  }
}

/** @throws {TspodError} E_BAD_ARCHIVE: it is not there; E_BLOB_SIZE */
export function checkBlob(
  files: FileTree,
  file: string,
  blob: { readonly digest: Digest; readonly sizeBytes: number },
) {
  const sizeBytes = files.sizeOf(file)
  if (sizeBytes === undefined) throw missingBlob(files.name, blob.digest)
  if (sizeBytes !== blob.sizeBytes) throw blobSizeMismatch(blob.digest, blob.sizeBytes, `${sizeBytes}`)
}

export function blobFile(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`
}
