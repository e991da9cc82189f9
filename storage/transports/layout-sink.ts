import { hexOf } from '../content/digest.ts'
import type { FileTreeWriter } from './file-tree.ts'
import type { ImageDocument, ImageSink } from './image-place.ts'
import { FULL_NAME, type LayoutEntry, REF_NAME } from './layout-index.ts'
import { blobFile } from './layout-source.ts'

/** An OCI image layout that is being written, of one or several images. */
export interface LayoutWriter {
  /** An image under these names; without any it is found by its place. */
  sink(names: readonly string[]): ImageSink
  /** Writes the index, after all images. */
  finish(): Promise<void>
}

/**
 * @param existing what index.json has already, in a directory that is added to
 * @see OCI image-spec, image-layout.md
 */
export function createLayoutWriter(files: FileTreeWriter, existing: readonly LayoutEntry[] = []): LayoutWriter {
  const added: { readonly document: ImageDocument; readonly name: string | undefined }[] = []
  return {
    sink: (names) => ({
      name: files.name,
      layers: 'any',
      formats: ['oci'],
      hasBlob: async ({ digest, sizeBytes }) => files.has(blobFile(digest), sizeBytes),
      writeBlob: (blob, open) => files.writeStream(blobFile(blob.digest), blob.sizeBytes, open(0)),
      async writeDocument(document, { isTop }) {
        const file = blobFile(document.digest)
        if (!files.has(file, document.bytes.byteLength)) await files.write(file, document.bytes)
        if (!isTop) return
        added.push(...(names.length > 0 ? names : [undefined]).map((name) => ({ document, name })))
      },
      commit: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }),
    async finish() {
      const names = new Set(added.flatMap(({ name }) => (name === undefined ? [] : [name])))
      const digests = new Set(added.map(({ document }) => hexOf(document.digest)))
      // A name has one image; one without a name is not there twice.
      const kept = existing.filter(({ refName, digest }) =>
        refName === '' ? !digests.has(hexOf(digest)) : !names.has(refName),
      )
      const manifests = [...kept.map(({ raw }) => raw), ...added.map(descriptorOf)]
      await files.write('oci-layout', Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })))
      await files.write('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })))
      await files.commit()
    },
  }
}

function descriptorOf({ document, name }: { readonly document: ImageDocument; readonly name: string | undefined }) {
  const { mediaType, digest, bytes } = document
  return {
    mediaType,
    digest,
    size: bytes.byteLength,
    ...(name !== undefined && { annotations: annotationsOf(name) }),
  }
}

/** What podman reads, and for a full name, what docker does. */
function annotationsOf(name: string) {
  return { [REF_NAME]: name, ...(/^[^/]*[.:][^/]*\/|^localhost\//.test(name) && { [FULL_NAME]: name }) }
}
