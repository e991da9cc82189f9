import type { BlobDescriptor } from '../content/content-store.ts'
import { type Content, type OpenContent, openContent } from './content-parts.ts'
import { RegistryFailure, type Subject } from './errors.ts'
import { pause, pauseAfter, type RetryOptions } from './retry.ts'
import type { Session } from './session.ts'
import type { RequestBody, WireResponse } from './transport.ts'
import { BodyTooLarge, nextLocation, pushFailure, UploadLost } from './upload-failure.ts'

/** An upload that the registry has begun. */
export interface Upload {
  readonly location: URL
  /** what of the blob is there */
  readonly offset: number
  /** the smallest part it takes, but for the last one */
  readonly minimumBytes: number
}

/** A blob goes in one request; one that was interrupted, in parts of this size. */
const CHUNK_BYTES = 16 << 20
const SMALLEST_CHUNK_BYTES = 1 << 20
/** So much between two interruptions counts as a working connection, which may be interrupted anew. */
const PROGRESS_BYTES = 1 << 20
/** A registry may move the whole blob to its place before it answers. */
const COMMIT_MS = 600_000
const OCTETS = { 'content-type': 'application/octet-stream' }

export interface BlobUpload {
  readonly blob: BlobDescriptor
  readonly open: OpenContent
  /** an upload that the registry has begun already, as it does where a mount is not possible */
  readonly begun?: Upload | undefined
}

/**
 * Sends a blob. After an interruption it goes on where the registry says that it was.
 *
 * The registry checks the digest; that `open` gives as many bytes as the blob has is checked here.
 *
 * @throws {RegistryFailure} E_REGISTRY_AUTH, E_REGISTRY_READ_ONLY, E_DIGEST_MISMATCH, E_REGISTRY_UNREACHABLE …
 * @see OCI distribution-spec, "Pushing blobs"
 */
export async function uploadBlob(session: Session, wanted: BlobUpload, retry: RetryOptions): Promise<void> {
  await using content = openContent(wanted.blob, wanted.open)
  const sending: Sending = {
    blob: wanted.blob,
    content,
    upload: wanted.begun,
    isCertain: true,
    chunkBytes: Number.POSITIVE_INFINITY,
  }
  let mark = 0
  for (let interruptions = 0; ; ) {
    try {
      return await sendRest(session, sending)
    } catch (error) {
      if (!(error instanceof RegistryFailure)) throw error
      const offset = sending.upload?.offset ?? 0
      interruptions = offset - mark >= PROGRESS_BYTES ? 1 : interruptions + 1
      mark = Math.max(mark, offset)
      if (error instanceof BodyTooLarge && sending.chunkBytes > SMALLEST_CHUNK_BYTES) {
        sending.chunkBytes = sending.chunkBytes > CHUNK_BYTES ? CHUNK_BYTES : Math.ceil(sending.chunkBytes / 4)
        sending.upload = undefined
        continue
      }
      const delayMs = pauseAfter(error, interruptions, retry.policy)
      if (delayMs === undefined) throw error
      await pause(error, delayMs, retry)
      if (error instanceof UploadLost) sending.upload = undefined
      sending.isCertain = false
      sending.chunkBytes = Math.min(sending.chunkBytes, CHUNK_BYTES)
    }
  }
}

/** How far it is. */
interface Sending {
  readonly blob: BlobDescriptor
  readonly content: Content
  upload: Upload | undefined
  /** false when the registry has to be asked what of it has arrived */
  isCertain: boolean
  chunkBytes: number
}

async function sendRest(session: Session, sending: Sending): Promise<void> {
  const { blob, content } = sending
  if (!sending.isCertain && sending.upload) sending.upload = await whereIsIt(session, sending.upload, blob)
  sending.isCertain = true
  sending.upload ??= await startUpload(session)
  for (;;) {
    const { upload } = sending
    const length = Math.min(Math.max(sending.chunkBytes, upload.minimumBytes), blob.sizeBytes - upload.offset)
    if (length === 0) return await finish(session, upload, { blob, body: NOTHING })
    const body = { sizeBytes: length, open: () => content.read(upload.offset, length) }
    if (length === blob.sizeBytes) return await finish(session, upload, { blob, body })
    sending.upload = await sendPart(session, upload, { blob, length, body })
  }
}

/** @throws {RegistryFailure} E_REGISTRY_AUTH, E_REPOSITORY_NOT_FOUND, E_REGISTRY_READ_ONLY … */
async function startUpload(session: Session): Promise<Upload> {
  const response = await session.send({ method: 'POST', path: 'blobs/uploads/', headers: OCTETS, body: NOTHING })
  if (response.status !== 202) throw await pushFailure(response, repositoryOf(session), 'start')
  return begunUpload(response)
}

/** What a registry that has begun an upload says of it. */
export async function begunUpload(response: WireResponse): Promise<Upload> {
  const minimum = Number(response.header('oci-chunk-min-length') ?? 0)
  const minimumBytes = Number.isSafeInteger(minimum) && minimum > 0 ? minimum : 0
  return { location: await nextLocation(response), offset: 0, minimumBytes }
}

interface Part {
  readonly blob: BlobDescriptor
  readonly body: RequestBody
}

async function sendPart(session: Session, upload: Upload, part: Part & { readonly length: number }): Promise<Upload> {
  const { blob, body, length } = part
  const end = upload.offset + length
  const headers = { ...OCTETS, 'content-range': `${upload.offset}-${end - 1}` }
  const response = await session.send({ method: 'PATCH', path: upload.location, headers, body })
  if (response.status !== 202) throw await pushFailure(response, blobOf(session, blob), 'upload')
  const offset = receivedBytes(response) ?? end
  if (offset <= upload.offset || offset > end) throw new UploadLost(response.host)
  return { ...upload, location: await nextLocation(response), offset }
}

async function finish(session: Session, upload: Upload, { blob, body }: Part): Promise<void> {
  const path = new URL(upload.location)
  // Not by searchParams, which would write anew what else is there, and that may be signed.
  path.search += `${path.search === '' ? '?' : '&'}digest=${encodeURIComponent(blob.digest)}`
  const response = await session.send({ method: 'PUT', path, headers: OCTETS, body, headersMs: COMMIT_MS })
  if (response.status !== 201) throw await pushFailure(response, blobOf(session, blob), 'upload')
  await response.discard()
}

/** Asks how much of an upload has arrived; `undefined` where it is to begin anew. */
async function whereIsIt(session: Session, upload: Upload, blob: BlobDescriptor): Promise<Upload | undefined> {
  const response = await session.send({ method: 'GET', path: upload.location, headers: {} })
  const offset = receivedBytes(response)
  if (response.status !== 204 || offset === undefined || offset > blob.sizeBytes) {
    await response.discard()
    return undefined
  }
  const location = response.header('location') === undefined ? upload.location : await nextLocation(response)
  return { ...upload, location, offset }
}

/** `Range: 0-N` is N+1 bytes; `0-0` is what registries also say of nothing, so nothing is what it is taken for. */
function receivedBytes(response: WireResponse): number | undefined {
  const end = /^(?:bytes=)?0-([0-9]{1,15})$/.exec(response.header('range') ?? '')?.[1]
  if (end === undefined) return undefined
  return end === '0' ? 0 : Number(end) + 1
}

const NOTHING: RequestBody = { sizeBytes: 0, open: () => new Uint8Array() }

function repositoryOf({ endpoint }: Session): Subject {
  return { registry: endpoint.registry, host: endpoint.host, name: endpoint.repositoryPath }
}

function blobOf(session: Session, { digest }: BlobDescriptor): Subject {
  return { ...repositoryOf(session), name: `${session.endpoint.repositoryPath}@${digest}` }
}
