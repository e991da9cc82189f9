import type { BlobDescriptor } from '../content/content-store.ts'
import type { Digest } from '../content/digest.ts'

/** A manifest or an index, exactly as it is kept: `digest` is of `bytes`. */
export interface ImageDocument {
  readonly mediaType: string
  readonly digest: Digest
  readonly bytes: Uint8Array
}

/** A blob and what it is of its image. */
export interface ImageBlob extends BlobDescriptor {
  readonly kind: 'config' | 'layer'
}

/** Somewhere an image can be read from: a registry, an archive, a directory, the storage. */
export interface ImageSource extends AsyncDisposable {
  /** as a user names it, for messages: `docker.io/library/alpine:3.20`, `oci:/tmp/layout` */
  readonly name: string
  /**
   * What the source's name means, or the document of this digest in it. Nothing of it has been
   * checked but its size and digest.
   */
  readDocument(digest?: Digest): Promise<ImageDocument>
  /** The bytes of a blob from `offset` to its end. Who reads them verifies them. */
  openBlob(blob: BlobDescriptor, offset: number): AsyncIterable<Uint8Array>
  /** How large the tar in this compressed layer is, where that is known. */
  plainSizeOf?(blob: BlobDescriptor): number | undefined
  /** Moves the blob to `path`, where it lies in a file of our own and was verified; false where it does not. */
  takeBlob?(blob: BlobDescriptor, path: string): boolean
}

/** Somewhere an image can be written to. Blobs come first, then the documents that name them, the top one last. */
export interface ImageSink extends AsyncDisposable {
  readonly name: string
  /** How it wants layers; `any` takes them as they are. */
  readonly layers: 'any' | 'uncompressed'
  /** The media types it can keep; of what it cannot, `copyImage` makes another manifest. */
  readonly formats: readonly ('oci' | 'docker')[]
  /** Whether a blob is there already, or could be had without our sending it. */
  hasBlob(blob: ImageBlob): Promise<boolean>
  /** `open` may be called again, from another offset, as long as this has not resolved. */
  writeBlob(blob: ImageBlob, open: (offset: number) => AsyncIterable<Uint8Array>): Promise<void>
  /** `isTop`: it is what the sink's name shall mean. */
  writeDocument(document: ImageDocument, options: { readonly isTop: boolean }): Promise<void>
  /** Makes what was written visible, where that is not so yet. Not called after a failure. */
  commit(): Promise<void>
}
