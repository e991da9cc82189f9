import type { TspodError } from '../../base/errors.ts'
import { type Digest, hexOf, isDigest } from '../content/digest.ts'
import type { RegistryClient } from '../registry/client.ts'
import { protocolError, RegistryFailure } from '../registry/errors.ts'
import type { FetchedDocument } from '../registry/fetch-manifest.ts'
import { parseJson } from '../registry/json.ts'
import type { Descriptor } from '../registry/manifest.ts'
import { readBlob } from '../registry/read-blob.ts'
import { shapeReader } from '../registry/shape.ts'

/** One signature, as it lies beside an image. Nothing of it has been verified. */
export interface AttachedSignature {
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/** A manifest of signatures. Source: cosign, specs/SIGNATURE_SPEC.md. */
export interface SignatureManifest {
  readonly config: Descriptor
  readonly layers: readonly SignatureLayer[]
}

export interface SignatureLayer extends Descriptor {
  readonly annotations: Readonly<Record<string, unknown>>
}

export const SIGNATURE_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json'
export const SIGNATURE_ANNOTATION = 'dev.cosignproject.cosign/signature'
/** An image that is signed anew each night is not a reason to read for hours. */
export const MAX_SIGNATURES = 256
const MAX_PAYLOAD_BYTES = 128 << 10
const MAX_SIGNATURE_LENGTH = 8192
const AT_ONCE = 8

/** The tag that the signatures of an image have. Source: cosign, specs/SIGNATURE_SPEC.md, "Storage". */
export function signatureTag(digest: Digest): string {
  return `sha256-${hexOf(digest)}.sig`
}

/**
 * The signatures that a registry has for the image with this digest: none, where it has no such tag.
 *
 * @throws {RegistryFailure} E_REGISTRY_PROTOCOL: what is under the tag is no list of signatures; what openRegistry throws
 */
export async function fetchSignatures(client: RegistryClient, digest: Digest): Promise<AttachedSignature[]> {
  const document = await fetchSignatureManifest(client, digest)
  if (!document) return []
  const { layers } = parseSignatureManifest(document, signatureTag(digest))
  const wanted = layers.flatMap((layer) => {
    const signature = layer.annotations[SIGNATURE_ANNOTATION]
    if (layer.mediaType !== SIGNATURE_TYPE || layer.sizeBytes > MAX_PAYLOAD_BYTES) return []
    return typeof signature === 'string' && isBase64(signature) ? [{ layer, signature }] : []
  })
  const found: AttachedSignature[] = []
  for (let start = 0; start < wanted.length; start += AT_ONCE) {
    const some = wanted.slice(start, start + AT_ONCE).map(async ({ layer, signature }) => {
      return { payload: await readPayload(client, layer), signature: Buffer.from(signature, 'base64') }
    })
    found.push(...(await Promise.all(some)))
  }
  return found
}

/** `undefined` where there is none. */
export async function fetchSignatureManifest(
  client: RegistryClient,
  digest: Digest,
): Promise<FetchedDocument | undefined> {
  try {
    return await client.fetchDocument({ tag: signatureTag(digest) })
  } catch (error) {
    if (error instanceof RegistryFailure && error.code === 'E_IMAGE_NOT_FOUND') return undefined
    throw error
  }
}

/** @throws {RegistryFailure} E_REGISTRY_PROTOCOL */
export function parseSignatureManifest({ bytes }: Pick<FetchedDocument, 'bytes'>, tag: string): SignatureManifest {
  const fail = (problem: string): TspodError => protocolError(`${tag} is not a list of signatures: ${problem}`)
  const read = shapeReader(fail)
  const root = read.object(parseJson(bytes, fail), 'it')
  const descriptor = (value: unknown, where: string): SignatureLayer => {
    const object = read.object(value, where)
    const { digest } = object
    if (!isDigest(digest)) throw fail(`${where}.digest is not a sha256 digest`)
    return {
      mediaType: read.string(object['mediaType'], `${where}.mediaType`),
      digest,
      sizeBytes: read.size(object['size'], `${where}.size`),
      annotations: read.optionalObject(object['annotations'], `${where}.annotations`),
    }
  }
  const layers = read.list(root['layers'], 'layers', MAX_SIGNATURES)
  return {
    config: descriptor(root['config'], 'config'),
    layers: layers.map((value, index) => descriptor(value, `layers[${index}]`)),
  }
}

/** The payload's digest is not looked at: that the signature is of it says more. */
async function readPayload(client: RegistryClient, layer: Descriptor): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readBlob(client, layer)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function isBase64(text: string): boolean {
  return text.length <= MAX_SIGNATURE_LENGTH && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}
