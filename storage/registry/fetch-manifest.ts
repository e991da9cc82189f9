import { createHash } from 'node:crypto'
import { type Digest, digestOfHex, isDigest } from '../content/digest.ts'
import { readBody } from './body.ts'
import type { Endpoint } from './endpoint.ts'
import { digestMismatch, protocolError, type Subject } from './errors.ts'
import { type ImageIndex, type ImageManifest, MAX_MANIFEST_BYTES, parseManifest } from './manifest.ts'
import { ACCEPTED_TYPES } from './media-type.ts'
import { formatVersion } from './reference.ts'
import { failureOf } from './response.ts'
import type { Session } from './session.ts'
import type { WireResponse } from './transport.ts'

/** What to ask for: the digest where there is one, else the tag. A `Reference` is one. */
export interface Version {
  readonly tag?: string
  readonly digest?: Digest
}

export interface FetchedDocument {
  /** as the registry calls it; '' where it does not say */
  readonly mediaType: string
  readonly digest: Digest
  /** exactly as received: `digest` is of these */
  readonly bytes: Uint8Array
  readonly endpoint: Endpoint
}

export interface FetchedManifest extends FetchedDocument {
  readonly manifest: ImageManifest | ImageIndex
}

/** What a registry says about a manifest without sending it. */
export interface ManifestHead {
  readonly mediaType: string
  readonly digest: Digest
  readonly endpoint: Endpoint
}

/**
 * @throws {RegistryFailure} E_IMAGE_NOT_FOUND, E_REGISTRY_AUTH …
 * @throws {RegistryFailure} E_DIGEST_MISMATCH: not the manifest of the digest asked for
 */
export async function fetchManifest(session: Session, version: Version): Promise<FetchedManifest> {
  const document = await fetchDocument(session, version)
  const manifest = parseManifest(document.bytes, document.mediaType)
  return { ...document, mediaType: manifest.mediaType, manifest }
}

/** As `fetchManifest`, of any kind that a registry may have: nothing but its size and digest is checked. */
export async function fetchDocument(session: Session, version: Version): Promise<FetchedDocument> {
  const { endpoint } = session
  const subject = subjectOf(endpoint, version)
  const response = await session.send({
    method: 'GET',
    path: pathOf(version),
    headers: { accept: ACCEPTED_TYPES.join(', ') },
  })
  if (response.status !== 200) throw await failureOf(response, subject)
  const bytes = await readBody(response, MAX_MANIFEST_BYTES)
  const digest = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
  const expected = version.digest ?? announcedDigest(response)
  if (expected !== undefined && expected !== digest) {
    throw digestMismatch(`the manifest of ${subject.name} from ${endpoint.host}`, expected, digest)
  }
  return { mediaType: mediaTypeOf(response), digest, bytes, endpoint }
}

/** As `fetchManifest`, without the body where the registry lets us. */
export async function headManifest(session: Session, version: Version): Promise<ManifestHead> {
  const { endpoint } = session
  const response = await session.send({
    method: 'HEAD',
    path: pathOf(version),
    headers: { accept: ACCEPTED_TYPES.join(', ') },
  })
  const digest = response.status === 200 ? announcedDigest(response) : undefined
  if (response.status !== 200 && response.status !== 405) throw await failureOf(response, subjectOf(endpoint, version))
  await response.discard()
  if (digest === undefined) return fetchManifest(session, version)
  return { mediaType: mediaTypeOf(response), digest, endpoint }
}

function pathOf(version: Version): string {
  const wanted = version.digest ?? version.tag
  if (wanted === undefined) throw new Error('neither a tag nor a digest to ask for')
  return `manifests/${wanted}`
}

function subjectOf(endpoint: Endpoint, version: Version): Subject {
  const name = endpoint.repositoryPath + (version.digest === undefined ? formatVersion(version) : `@${version.digest}`)
  return { registry: endpoint.registry, host: endpoint.host, name }
}

function announcedDigest(response: WireResponse): Digest | undefined {
  const header = response.header('docker-content-digest')
  if (header === undefined) return undefined
  if (!isDigest(header))
    throw protocolError(`${response.host} sent a digest that is none: ${JSON.stringify(header.slice(0, 100))}`)
  return header
}

function mediaTypeOf(response: WireResponse): string {
  return (response.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}
