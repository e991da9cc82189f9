import type { Digest } from '../content/digest.ts'
import type { ImageManifest, LayerDescriptor } from '../registry/manifest.ts'
import {
  DOCKER_CONFIG,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  type LayerCompression,
  layerType,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../registry/media-type.ts'

export type ImageFormat = 'oci' | 'docker'

/** How the layers are to be compressed; without `format` they stay as they are. */
export interface WantedCompression {
  readonly format?: LayerCompression
  readonly level?: number
  /** those that are compressed already, too */
  readonly force?: boolean
}

export function formatOf(mediaType: string): ImageFormat {
  return mediaType === DOCKER_MANIFEST || mediaType === DOCKER_LIST ? 'docker' : 'oci'
}

/**
 * What becomes of the layers of an image of storage that goes to a registry, if nobody says: what
 * came from a registry goes back as it came; of what was made or loaded here, layers that are not
 * compressed are. Pure.
 */
export function registryCompression({ repoDigests }: { readonly repoDigests: readonly string[] }): WantedCompression {
  return repoDigests.length > 0 ? {} : { format: 'gzip' }
}

/**
 * How a layer is to be compressed where it goes. Pure.
 *
 * Docker's format has no zstd that docker itself can read, so such a layer becomes gzip there.
 */
export function wantedCompression(
  layer: LayerDescriptor,
  target: { readonly format: ImageFormat; readonly layers: 'any' | 'uncompressed'; readonly wanted: WantedCompression },
): LayerCompression {
  if (target.layers === 'uncompressed') return 'none'
  const { format, force } = target.wanted
  const chosen = format !== undefined && (force || layer.compression === 'none') ? format : layer.compression
  return target.format === 'docker' && chosen === 'zstd' ? 'gzip' : chosen
}

/** A layer of the new manifest. */
export interface NewLayer {
  readonly digest: Digest
  readonly sizeBytes: number
  readonly compression: LayerCompression
}

/**
 * The manifest in another format, or with other layers. What it says besides stays, as far as the
 * format has it. Pure.
 */
export function convertManifest(
  { bytes, manifest }: { readonly bytes: Uint8Array; readonly manifest: ImageManifest },
  layers: readonly NewLayer[],
  format: ImageFormat,
): { readonly mediaType: string; readonly bytes: Buffer } {
  const old = parsed(bytes)
  const mediaType = format === 'oci' ? OCI_MANIFEST : DOCKER_MANIFEST
  const { digest, sizeBytes } = manifest.config
  const document = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: format === 'oci' ? OCI_CONFIG : DOCKER_CONFIG, digest, size: sizeBytes },
    layers: layers.map((layer, index) => ({
      mediaType: layerType(format, layer.compression),
      digest: layer.digest,
      size: layer.sizeBytes,
      // What was said of another blob, such as where its frames are, is not true of a new one.
      ...(format === 'oci' &&
        layer.digest === manifest.layers[index]?.digest &&
        annotationsOf(list(old['layers'])[index])),
    })),
    ...(format === 'oci' && annotationsOf(old)),
  }
  return { mediaType, bytes: Buffer.from(JSON.stringify(document)) }
}

/** An index whose images have become others, each in the place of the one before. Pure. */
export function convertIndex(
  bytes: Uint8Array,
  images: readonly { readonly mediaType: string; readonly digest: Digest; readonly sizeBytes: number }[],
  format: ImageFormat,
): { readonly mediaType: string; readonly bytes: Buffer } {
  const old = parsed(bytes)
  const mediaType = format === 'oci' ? OCI_INDEX : DOCKER_LIST
  const manifests = images.map((image, index) => ({
    ...(object(list(old['manifests'])[index]) ?? {}),
    mediaType: image.mediaType,
    digest: image.digest,
    size: image.sizeBytes,
  }))
  const document = { schemaVersion: 2, mediaType, manifests, ...(format === 'oci' && annotationsOf(old)) }
  return { mediaType, bytes: Buffer.from(JSON.stringify(document)) }
}

function annotationsOf(value: unknown): { readonly annotations?: unknown } {
  const annotations = object(object(value)?.['annotations'])
  return annotations && Object.keys(annotations).length > 0 ? { annotations } : {}
}

/** It has been parsed before, so it is an object. */
function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  return object(JSON.parse(Buffer.from(bytes).toString('utf8'))) ?? {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
}
