import type { TspodError } from '../../base/errors.ts'
import { type Digest, isDigest } from '../content/digest.ts'
import { protocolError, unsupportedManifest } from './errors.ts'
import { parseJson } from './json.ts'
import {
  CONFIG_TYPES,
  INDEX_TYPES,
  isForeignLayer,
  isSchema1,
  type LayerCompression,
  layerCompression,
  MANIFEST_TYPES,
  OCI_INDEX,
  OCI_MANIFEST,
} from './media-type.ts'
import { type ShapeReader, shapeReader } from './shape.ts'

/** Source: OCI image-spec, descriptor.md. `urls` and `data` are never used: everything comes from the registry asked. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  readonly sizeBytes: number
}

export interface LayerDescriptor extends Descriptor {
  readonly compression: LayerCompression
}

/** Source: OCI image-spec, manifest.md; Docker image manifest v2 schema 2. */
export interface ImageManifest {
  readonly kind: 'manifest'
  readonly mediaType: string
  readonly config: Descriptor
  /** bottom layer first */
  readonly layers: readonly LayerDescriptor[]
}

/** Source: OCI image-spec, image-index.md; Docker manifest list. */
export interface ImageIndex {
  readonly kind: 'index'
  readonly mediaType: string
  readonly entries: readonly IndexEntry[]
}

export interface IndexEntry extends Descriptor {
  /** `undefined` where the index does not say */
  readonly platform: Platform | undefined
  /** a signature, attestation or the like, not an image */
  readonly isAttestation: boolean
}

/** In the words of GOOS and GOARCH; `variant` is '' where there is none. */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant: string
}

export const MAX_MANIFEST_BYTES = 4 << 20
export const MAX_LAYERS = 500
const MAX_INDEX_ENTRIES = 1000

/**
 * Reads a manifest or an index that came from outside. `mediaType` is what the registry called
 * it; '' or a general type where it did not say.
 *
 * @throws {TspodError} E_REGISTRY_PROTOCOL: not valid, or two things at once
 * @throws {TspodError} E_UNSUPPORTED_MANIFEST: valid, but not an image tspod can run
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ImageManifest | ImageIndex {
  const read = shapeReader(malformed)
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw malformed(`it is larger than ${MAX_MANIFEST_BYTES} bytes`)
  const root = read.object(parseJson(bytes, malformed), 'it')
  const type = effectiveType(root, read.optionalString(root['mediaType'], 'mediaType'), mediaType)
  if (read.size(root['schemaVersion'], 'schemaVersion') !== 2) throw malformed('schemaVersion is not 2')
  if (INDEX_TYPES.includes(type)) return readIndex(read, root, type)
  return readManifest(read, root, type)
}

// One content must have one meaning: see GHSA-mc8v-mgrf-8f4m and image-spec, manifest.md, on `mediaType`.
function effectiveType(root: Readonly<Record<string, unknown>>, inner: string, outer: string): string {
  if (isSchema1(outer) || isSchema1(inner) || root['schemaVersion'] === 1) {
    throw unsupportedManifest(
      'the image has a manifest of the old Docker schema 1',
      'have it pushed again with a current tool',
    )
  }
  const hasLayers = root['layers'] !== undefined || root['config'] !== undefined
  const hasManifests = root['manifests'] !== undefined
  if (hasLayers && hasManifests) throw malformed('it is an index and an image at once')
  const known = [outer, inner].filter((type) => MANIFEST_TYPES.includes(type) || INDEX_TYPES.includes(type))
  if (known.length === 2 && inner !== outer) throw malformed(`it was sent as ${outer} but says it is ${inner}`)
  if (inner !== '' && !known.includes(inner))
    throw unsupportedManifest(`a manifest of type ${shown(inner)} is not an image`)
  return known[0] ?? (hasManifests ? OCI_INDEX : OCI_MANIFEST)
}

function readManifest(read: ShapeReader, root: Readonly<Record<string, unknown>>, mediaType: string): ImageManifest {
  const config = readDescriptor(read, root['config'], 'config')
  if (!CONFIG_TYPES.includes(config.mediaType)) {
    throw unsupportedManifest(`it is not a container image: its configuration is of type ${shown(config.mediaType)}`)
  }
  const layers = read.list(root['layers'], 'layers', MAX_LAYERS)
  return {
    kind: 'manifest',
    mediaType,
    config,
    layers: layers.map((layer, index) => readLayer(readDescriptor(read, layer, `layers[${index}]`), index)),
  }
}

function readLayer(descriptor: Descriptor, index: number): LayerDescriptor {
  const compression = layerCompression(descriptor.mediaType)
  if (compression !== undefined) return { ...descriptor, compression }
  if (isForeignLayer(descriptor.mediaType)) {
    throw unsupportedManifest(`layer ${index + 1} is not held by the registry (${shown(descriptor.mediaType)})`)
  }
  throw unsupportedManifest(`layer ${index + 1} is of the unknown type ${shown(descriptor.mediaType)}`)
}

function readIndex(read: ShapeReader, root: Readonly<Record<string, unknown>>, mediaType: string): ImageIndex {
  const entries = read.list(root['manifests'], 'manifests', MAX_INDEX_ENTRIES)
  return {
    kind: 'index',
    mediaType,
    entries: entries.map((entry, index) => readEntry(read, entry, `manifests[${index}]`)),
  }
}

function readEntry(read: ShapeReader, value: unknown, where: string): IndexEntry {
  const entry = read.object(value, where)
  const annotations = read.optionalObject(entry['annotations'], `${where}.annotations`)
  const platform = readPlatform(read, entry['platform'], `${where}.platform`)
  // Source: BuildKit, docs/attestations/attestation-storage.md.
  const isAttestation = annotations['vnd.docker.reference.type'] !== undefined || platform?.os === 'unknown'
  return { ...readDescriptor(read, entry, where), platform, isAttestation }
}

function readPlatform(read: ShapeReader, value: unknown, where: string): Platform | undefined {
  if (value === undefined || value === null) return undefined
  const platform = read.object(value, where)
  return {
    os: read.optionalString(platform['os'], `${where}.os`),
    architecture: read.optionalString(platform['architecture'], `${where}.architecture`),
    variant: read.optionalString(platform['variant'], `${where}.variant`),
  }
}

function readDescriptor(read: ShapeReader, value: unknown, where: string): Descriptor {
  const descriptor = read.object(value, where)
  const digest = descriptor['digest']
  if (!isDigest(digest)) throw malformed(`${where}.digest is not a sha256 digest`)
  return {
    mediaType: read.string(descriptor['mediaType'], `${where}.mediaType`),
    digest,
    sizeBytes: read.size(descriptor['size'], `${where}.size`),
  }
}

function malformed(problem: string): TspodError {
  return protocolError(`the manifest is not valid: ${problem}`)
}

function shown(mediaType: string): string {
  return JSON.stringify(mediaType.slice(0, 100))
}
