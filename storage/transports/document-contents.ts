import type { TspodError } from '../../base/errors.ts'
import { isDigest } from '../content/digest.ts'
import { parseJson } from '../registry/json.ts'
import { type Descriptor, MAX_LAYERS, MAX_MANIFEST_BYTES } from '../registry/manifest.ts'
import { isSchema1 } from '../registry/media-type.ts'
import { shapeReader } from '../registry/shape.ts'
import { badArchive } from './errors.ts'
import type { ImageDocument } from './image-place.ts'

/** What a document needs to be whole: all that has to be known of one that is copied as it is. */
export type DocumentContents =
  | { readonly kind: 'index'; readonly documents: readonly Descriptor[] }
  | { readonly kind: 'manifest'; readonly config: Descriptor; readonly layers: readonly Descriptor[] }

const MAX_INDEX_ENTRIES = 1000

/**
 * Reads the descriptors of a manifest or an index, of an image or of anything else that is kept
 * like one: a signature, an attestation.
 *
 * @throws {TspodError} E_BAD_ARCHIVE
 */
export function readContents({ bytes, mediaType }: ImageDocument, name: string): DocumentContents {
  const fail = (problem: string): TspodError => badArchive(name, `its manifest is not valid: ${problem}`)
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw fail(`it is larger than ${MAX_MANIFEST_BYTES} bytes`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(bytes, fail), 'it')
  if (isSchema1(mediaType) || root['schemaVersion'] !== 2) throw fail('schemaVersion is not 2')
  const hasLayers = root['config'] !== undefined || root['layers'] !== undefined
  if (hasLayers && root['manifests'] !== undefined) throw fail('it is an index and an image at once')
  const descriptor = (value: unknown, where: string): Descriptor => {
    const object = read.object(value, where)
    const { digest } = object
    if (!isDigest(digest)) throw fail(`${where}.digest is not a sha256 digest`)
    const sizeBytes = read.size(object['size'], `${where}.size`)
    return { mediaType: read.optionalString(object['mediaType'], `${where}.mediaType`), digest, sizeBytes }
  }
  const descriptors = (key: string, max: number): Descriptor[] =>
    read.list(root[key], key, max).map((value, index) => descriptor(value, `${key}[${index}]`))
  if (!hasLayers) return { kind: 'index', documents: descriptors('manifests', MAX_INDEX_ENTRIES) }
  return {
    kind: 'manifest',
    config: descriptor(root['config'], 'config'),
    layers: descriptors('layers', MAX_LAYERS),
  }
}
