import { createHash } from 'node:crypto'
import { TspodError } from '../../base/errors.ts'
import { digestOfHex } from '../content/digest.ts'
import type { PullObserver } from '../images/progress.ts'
import { type Platform, parseManifest } from '../registry/manifest.ts'
import { CONFIG_TYPES, OCI_INDEX, OCI_MANIFEST } from '../registry/media-type.ts'
import { choosePlatform, linuxPlatform } from '../registry/platform.ts'
import {
  convertIndex,
  convertManifest,
  formatOf,
  type ImageFormat,
  type WantedCompression,
} from './convert-manifest.ts'
import { type DocumentContents, readContents } from './document-contents.ts'
import type { ImageDocument, ImageSink, ImageSource } from './image-place.ts'
import { planLayers, type TransferWork, transferBlobs, transferLayers } from './transfer-blobs.ts'

export interface CopyOptions extends PullObserver {
  /** a directory for what has to be made anew on the way */
  readonly temporary: string
  /** of several images, the one for this; that of this machine where none is given */
  readonly platform?: Platform
  /** all images of an index rather than one, and the index */
  readonly all?: boolean
  readonly format?: ImageFormat
  readonly compression?: WantedCompression
}

const MAX_DEPTH = 3

/**
 * Copies an image from one place to another. Byte for byte, unless the sink or the options want
 * another format or compression: then only what has to be is made anew, and the manifest.
 *
 * Returns the document that the sink's name means now.
 *
 * @throws {TspodError} E_NO_PLATFORM, E_DIGEST_MISMATCH, E_BLOB_SIZE, E_BAD_ARCHIVE, E_NO_SPACE, what source and sink throw
 */
export async function copyImage(source: ImageSource, sink: ImageSink, options: CopyOptions): Promise<ImageDocument> {
  const { compression, format } = options
  if (format === 'docker' && compression?.format === 'zstd') throw noZstd()
  const copied = await copyDocument({ source, sink, options }, await source.readDocument(), { isTop: true, depth: 0 })
  await sink.commit()
  return copied
}

interface Copy extends TransferWork {
  readonly options: CopyOptions
}

interface Place {
  readonly isTop: boolean
  readonly depth: number
}

async function copyDocument(copy: Copy, document: ImageDocument, place: Place): Promise<ImageDocument> {
  const { source, options } = copy
  if (place.depth > MAX_DEPTH) throw new TspodError('E_BAD_IMAGE', `${source.name} is an index of indexes of indexes`)
  const contents = readContents(document, source.name)
  if (contents.kind === 'manifest') return await copyManifest(copy, { document, contents }, place)
  if (options.all) return await copyIndex(copy, { document, contents }, place)
  const index = parseManifest(document.bytes, document.mediaType)
  if (index.kind !== 'index') throw new Error('an index that is none')
  const chosen = choosePlatform(index, options.platform ?? linuxPlatform(process.arch))
  const manifest = await source.readDocument(chosen.digest)
  return await copyDocument(copy, manifest, { ...place, depth: place.depth + 1 })
}

interface Read<K extends DocumentContents['kind']> {
  readonly document: ImageDocument
  readonly contents: Extract<DocumentContents, { kind: K }>
}

async function copyIndex(copy: Copy, { document, contents }: Read<'index'>, place: Place): Promise<ImageDocument> {
  const copied: ImageDocument[] = []
  for (const { digest } of contents.documents) {
    const inner = await copy.source.readDocument(digest)
    copied.push(await copyDocument(copy, inner, { isTop: false, depth: place.depth + 1 }))
  }
  const mediaType = typeOf(document, 'index')
  const format = targetFormat(copy, mediaType)
  const isSame =
    format === formatOf(mediaType) && copied.every(({ digest }, index) => digest === contents.documents[index]?.digest)
  const images = copied.map(({ mediaType, digest, bytes }) => ({ mediaType, digest, sizeBytes: bytes.byteLength }))
  const made = isSame ? { ...document, mediaType } : documentOf(convertIndex(document.bytes, images, format))
  return await write(copy, made, place)
}

async function copyManifest(
  copy: Copy,
  { document, contents }: Read<'manifest'>,
  place: Place,
): Promise<ImageDocument> {
  const mediaType = typeOf(document, 'manifest')
  const exact = { ...document, mediaType }
  const all = [...contents.layers, contents.config]
  // What is no image has nothing that could be made anew.
  if (!CONFIG_TYPES.includes(contents.config.mediaType) || isAttestation(contents)) {
    await transferBlobs(copy, all, contents.config.digest)
    return await write(copy, exact, place)
  }
  const manifest = parseManifest(document.bytes, document.mediaType)
  if (manifest.kind !== 'manifest') throw new Error('a manifest that is none')
  const format = targetFormat(copy, mediaType)
  const plans = await planLayers(copy, manifest, { format, wanted: copy.options.compression ?? {} })
  const layers = await transferLayers(copy, plans, copy.options)
  await transferBlobs(copy, [manifest.config], manifest.config.digest)
  const isSame =
    format === formatOf(mediaType) && layers.every(({ digest }, index) => digest === manifest.layers[index]?.digest)
  const converted = isSame ? exact : documentOf(convertManifest({ bytes: document.bytes, manifest }, layers, format))
  return await write(copy, converted, place)
}

async function write({ sink }: Copy, document: ImageDocument, { isTop }: Place): Promise<ImageDocument> {
  await sink.writeDocument(document, { isTop })
  return document
}

function targetFormat({ sink, options }: Copy, mediaType: string): ImageFormat {
  const own = formatOf(mediaType)
  if (options.format !== undefined && sink.formats.includes(options.format)) return options.format
  return sink.formats.includes(own) ? own : (sink.formats[0] ?? own)
}

/** What it is called by itself counts where nobody else said. */
function typeOf({ bytes, mediaType }: ImageDocument, kind: DocumentContents['kind']): string {
  const manifest: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
  const own = typeof manifest === 'object' && manifest !== null && 'mediaType' in manifest ? manifest.mediaType : ''
  if (typeof own === 'string' && own !== '') return own
  if (mediaType !== '') return mediaType
  return kind === 'index' ? OCI_INDEX : OCI_MANIFEST
}

/** Source: BuildKit, docs/attestations/attestation-storage.md. */
function isAttestation({ layers }: Read<'manifest'>['contents']): boolean {
  return layers.some(({ mediaType }) => mediaType.startsWith('application/vnd.in-toto'))
}

function documentOf({ mediaType, bytes }: { readonly mediaType: string; readonly bytes: Buffer }): ImageDocument {
  return { mediaType, digest: digestOfHex(createHash('sha256').update(bytes).digest('hex')), bytes }
}

function noZstd(): TspodError {
  return new TspodError('E_BAD_COMPRESSION', "Docker's format has no layers compressed with zstd", {
    hint: 'use --format oci with it',
  })
}
