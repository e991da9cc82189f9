import type { Digest } from '../content/digest.ts'
import { exactBody } from './body.ts'
import { protocolError, type Subject } from './errors.ts'
import { failureOf } from './response.ts'
import type { Session } from './session.ts'
import type { WireResponse } from './transport.ts'

export interface BlobDescriptor {
  readonly digest: Digest
  readonly sizeBytes: number
}

/** A blob from `offset` on, to its end exactly. Whoever reads it checks the digest. */
export interface OpenBlob {
  readonly stream: AsyncIterable<Uint8Array>
  readonly offset: number
}

/**
 * Opens a blob, from `offset` on where the registry can do that and from 0 where it cannot.
 * @throws {RegistryFailure} E_IMAGE_NOT_FOUND, E_REGISTRY_AUTH, E_REGISTRY_PROTOCOL …
 */
export async function openBlob(session: Session, blob: BlobDescriptor, offset: number): Promise<OpenBlob> {
  if (offset >= blob.sizeBytes && offset > 0) return { stream: nothing(), offset: blob.sizeBytes }
  const headers: Record<string, string> = { accept: '*/*', 'accept-encoding': 'identity' }
  if (offset > 0) headers['range'] = `bytes=${offset}-`
  const response = await session.send({ method: 'GET', path: `blobs/${blob.digest}`, headers })
  if (response.status !== 200 && response.status !== 206) throw await failureOf(response, subjectOf(session, blob))
  const start = response.status === 206 ? rangeStart(response, offset) : 0
  checkAnnounced(response, blob.sizeBytes - start)
  return { stream: exactBody(response, blob.sizeBytes - start), offset: start }
}

// Source: RFC 9110, section 14.4.
function rangeStart(response: WireResponse, wanted: number): number {
  const start = /^bytes ([0-9]{1,15})-/.exec(response.header('content-range') ?? '')?.[1]
  if (start === undefined || Number(start) !== wanted || wanted === 0) {
    throw protocolError(`${response.host} sent another part of a blob than the one asked for`)
  }
  return wanted
}

function checkAnnounced(response: WireResponse, sizeBytes: number): void {
  const encoding = response.header('content-encoding') ?? 'identity'
  if (encoding !== 'identity')
    throw protocolError(`${response.host} sent a blob in the encoding ${JSON.stringify(encoding.slice(0, 30))}`)
  const length = response.header('content-length')
  if (length !== undefined && Number(length) !== sizeBytes) {
    throw protocolError(`${response.host} has ${Number(length)} bytes of a blob that should have ${sizeBytes}`)
  }
}

function subjectOf({ endpoint }: Session, { digest }: BlobDescriptor): Subject {
  return { registry: endpoint.registry, host: endpoint.host, name: `${endpoint.repositoryPath}@${digest}` }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
