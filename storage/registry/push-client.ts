import { createHash } from 'node:crypto'
import type { BlobDescriptor } from '../content/content-store.ts'
import { type Digest, digestOfHex, isDigest } from '../content/digest.ts'
import type { OpenContent } from './content-parts.ts'
import type { Endpoint } from './endpoint.ts'
import { digestMismatch, protocolError } from './errors.ts'
import { mountBlob } from './mount.ts'
import { openRequests, type RegistryOptions } from './registry-options.ts'
import { withRetries } from './retry.ts'
import { openSession, type Session } from './session.ts'
import { type Upload, uploadBlob } from './upload.ts'
import { pushFailure } from './upload-failure.ts'

/** One repository that can be written to. Close it: open connections keep the process alive. */
export interface PushClient extends AsyncDisposable {
  readonly endpoint: Endpoint
  hasBlob(blob: BlobDescriptor): Promise<boolean>
  /** Takes the blob over from one of these repositories of the same registry, if it can be had there. */
  mountBlob(blob: BlobDescriptor, from: readonly string[]): Promise<boolean>
  uploadBlob(blob: BlobDescriptor, open: OpenContent): Promise<void>
  /** Stores a manifest under a tag, or a digest; its blobs have to be there. */
  putManifest(version: string, manifest: { readonly mediaType: string; readonly bytes: Uint8Array }): Promise<Digest>
}

/** A repository asks for every mount; more places than this are not worth as many answers. */
const MAX_MOUNTS = 3

/**
 * A client that writes to the repository of `endpoint`. Nothing is sent yet.
 *
 * @throws {TspodError} E_REGISTRY_UNREACHABLE, E_REGISTRY_AUTH, E_REPOSITORY_NOT_FOUND, E_REGISTRY_READ_ONLY,
 *   E_REGISTRY_RATE_LIMIT, E_REGISTRY_ERROR, E_REGISTRY_PROTOCOL, E_DIGEST_MISMATCH, from each of its functions
 * @see OCI distribution-spec, "Push"
 */
export function openPushClient(endpoint: Endpoint, options: RegistryOptions): PushClient {
  const { authorization, retry, close } = openRequests(options)
  const session = openSession(endpoint, { ...authorization, access: 'pull,push' })
  const begun = new Map<Digest, Upload>()
  return {
    endpoint,
    hasBlob: (blob) => withRetries(() => headBlob(session, blob), retry),
    async mountBlob({ digest }, from) {
      for (const repository of from.slice(0, MAX_MOUNTS)) {
        const mounted = await mountBlob(session, digest, repository)
        if (mounted === true) return true
        if (mounted) begun.set(digest, mounted)
      }
      return false
    },
    async uploadBlob(blob, open) {
      const upload = begun.get(blob.digest)
      begun.delete(blob.digest)
      await uploadBlob(session, { blob, open, begun: upload }, retry)
    },
    putManifest: (version, manifest) => withRetries(() => putManifest(session, version, manifest), retry),
    [Symbol.asyncDispose]: close,
  }
}

async function headBlob(session: Session, { digest, sizeBytes }: BlobDescriptor): Promise<boolean> {
  const response = await session.send({ method: 'HEAD', path: `blobs/${digest}`, headers: {} })
  if (response.status === 404) {
    await response.discard()
    return false
  }
  if (response.status !== 200) throw await pushFailure(response, subjectOf(session, `@${digest}`), 'start')
  const length = response.header('content-length')
  await response.discard()
  // Another size under the same digest is no blob of ours.
  return length === undefined || Number(length) === sizeBytes
}

async function putManifest(
  session: Session,
  version: string,
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Uint8Array },
): Promise<Digest> {
  const digest = digestOfHex(createHash('sha256').update(bytes).digest('hex'))
  const response = await session.send({
    method: 'PUT',
    path: `manifests/${version}`,
    headers: { 'content-type': mediaType },
    body: { sizeBytes: bytes.byteLength, open: () => bytes },
  })
  const subject = subjectOf(session, version.includes(':') ? `@${version}` : `:${version}`)
  if (response.status !== 201) throw await pushFailure(response, subject, 'manifest')
  const stored = response.header('docker-content-digest')
  await response.discard()
  if (stored !== undefined && stored !== digest) {
    if (!isDigest(stored)) throw protocolError(`${subject.host} sent a digest that is none`)
    throw digestMismatch(`the manifest of ${subject.name} on ${subject.host}`, digest, stored)
  }
  return digest
}

function subjectOf({ endpoint }: Session, version: string) {
  return { registry: endpoint.registry, host: endpoint.host, name: endpoint.repositoryPath + version }
}
