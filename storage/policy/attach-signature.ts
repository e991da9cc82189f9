import { createHash } from 'node:crypto'
import type { TspodError } from '../../base/errors.ts'
import { type Digest, digestOfHex } from '../content/digest.ts'
import { openRegistry } from '../registry/client.ts'
import type { Endpoint } from '../registry/endpoint.ts'
import { protocolError } from '../registry/errors.ts'
import type { FetchedDocument } from '../registry/fetch-manifest.ts'
import { parseJson } from '../registry/json.ts'
import { OCI_CONFIG, OCI_MANIFEST } from '../registry/media-type.ts'
import { openPushClient, type PushClient } from '../registry/push-client.ts'
import type { RegistryOptions } from '../registry/registry-options.ts'
import { shapeReader } from '../registry/shape.ts'
import {
  type AttachedSignature,
  fetchSignatureManifest,
  MAX_SIGNATURES,
  parseSignatureManifest,
  SIGNATURE_ANNOTATION,
  SIGNATURE_TYPE,
  signatureTag,
} from './attached-signatures.ts'

export interface Attachment {
  /** of the image */
  readonly digest: Digest
  readonly signature: AttachedSignature
}

/**
 * Puts a signature beside an image, after those that are there, which stay as they are.
 *
 * Of two who sign at the same moment one may be lost: a registry has no way to keep that from
 * happening, whichever tool is used.
 *
 * @throws {RegistryFailure} what openRegistry and openPushClient throw; E_REGISTRY_PROTOCOL: something else is there
 * @see cosign, specs/SIGNATURE_SPEC.md
 */
export async function attachSignature(
  endpoint: Endpoint,
  { digest, signature: { payload, signature } }: Attachment,
  options: RegistryOptions,
): Promise<void> {
  const tag = signatureTag(digest)
  await using reader = openRegistry([endpoint], options)
  const existing = await fetchSignatureManifest(reader, digest)
  const own = { ...descriptorOf(payload, SIGNATURE_TYPE), annotations: annotationOf(signature) }
  // Nobody reads more: the oldest go.
  const layers = [...(existing ? layersOf(existing, tag) : []), own].slice(-MAX_SIGNATURES)
  const config = configOf(layers)

  await using writer = openPushClient(endpoint, options)
  await upload(writer, payload)
  await upload(writer, config)
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptorOf(config, OCI_CONFIG), layers }
  await writer.putManifest(tag, { mediaType: OCI_MANIFEST, bytes: Buffer.from(JSON.stringify(manifest)) })
}

interface RawLayer {
  readonly digest?: unknown
}

/** With all that their makers gave them, which is more than we know of. */
function layersOf(document: FetchedDocument, tag: string): readonly RawLayer[] {
  parseSignatureManifest(document, tag)
  const fail = (problem: string): TspodError => protocolError(`${tag} is not a list of signatures: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(document.bytes, fail), 'it')
  return read.list(root['layers'], 'layers', MAX_SIGNATURES).map((layer) => read.object(layer, 'a layer'))
}

/** An image in name only: registries want a configuration. Source: cosign does the same. */
function configOf(layers: readonly RawLayer[]): Buffer {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ digest }) => digest) }
  return Buffer.from(JSON.stringify({ architecture: '', os: '', config: {}, rootfs }))
}

function annotationOf(signature: Uint8Array): Readonly<Record<string, string>> {
  return { [SIGNATURE_ANNOTATION]: Buffer.from(signature).toString('base64') }
}

function descriptorOf(bytes: Uint8Array, mediaType: string) {
  return { mediaType, digest: digestOf(bytes), size: bytes.byteLength }
}

async function upload(writer: PushClient, bytes: Uint8Array): Promise<void> {
  const blob = { digest: digestOf(bytes), sizeBytes: bytes.byteLength }
  if (await writer.hasBlob(blob)) return
  await writer.uploadBlob(blob, async function* (offset) {
    yield bytes.subarray(offset)
  })
}

function digestOf(bytes: Uint8Array): Digest {
  return digestOfHex(createHash('sha256').update(bytes).digest('hex'))
}
