import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import type { Storage } from '../open.ts'
import { admitImage, admitPlace } from '../policy/admit-image.ts'
import { fetchSignatures } from '../policy/attached-signatures.ts'
import { findRule, type PolicyPlace } from '../policy/find-rule.ts'
import type { TrustPolicy } from '../policy/trust-policy.ts'
import { openRegistry, type RegistryClient } from '../registry/client.ts'
import { endpointsFor } from '../registry/endpoint.ts'
import type { FetchedManifest } from '../registry/fetch-manifest.ts'
import type { ImageManifest, Platform } from '../registry/manifest.ts'
import { choosePlatform, isForPlatform } from '../registry/platform.ts'
import { readBlob } from '../registry/read-blob.ts'
import { formatReference, type Reference, repositoryOf } from '../registry/reference.ts'
import type { RegistriesConfig } from '../registry/registries-config.ts'
import type { RegistryOptions } from '../registry/registry-options.ts'
import { meaningsOf, tryEach } from '../registry/try-registries.ts'
import type { Image } from './image.ts'
import { imageNotFound } from './images.ts'
import { isWhole } from './is-whole.ts'
import { listedImage } from './listed-image.ts'
import type { PullObserver } from './progress.ts'
import { storeImage } from './store-image.ts'
import { storedDocuments } from './stored-documents.ts'

export interface PullOptions extends PullObserver {
  readonly platform: Platform
  /** Source: podman-pull(1), `--policy`. */
  readonly policy?: 'always' | 'missing' | 'never' | 'newer'
  readonly registries: RegistriesConfig
  /** which images may be taken */
  readonly trust: TrustPolicy
  /** what of that was checked, a line for each demand */
  readonly onVerified?: ((line: string) => void) | undefined
  readonly tlsVerify?: boolean | undefined
  /** credentials, proxies and the like, passed on to the registry client */
  readonly registry?: Partial<Omit<RegistryOptions, 'onNotice' | 'signal'>>
}

/** Deeper indexes have not been seen, and a circle of digests cannot be made. */
const MAX_INDEXES = 3
const USER_AGENT = 'tspod'

/**
 * Gets an image into storage, by the policy `always` if none is given.
 *
 * A name without a registry is looked for where registries.conf says; the first that has it counts.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND: nobody has it, or the policy is `never` and storage has not
 * @throws {TspodError} E_BAD_REFERENCE, E_SHORT_NAME, E_NO_PLATFORM, what admitImage, openRegistry and storeImage throw
 * @see podman-pull(1)
 */
export async function pullImage(storage: Storage, name: string, options: PullOptions): Promise<Image> {
  const local = options.policy === 'always' ? undefined : findLocal(storage, name, options)
  const listed = local || options.policy === 'always' ? undefined : listedImage(storage, name, options.platform)
  if (listed !== undefined) {
    return await pullImage(storage, listed, { ...options, policy: options.policy === 'never' ? 'never' : 'missing' })
  }
  if (options.policy === 'never') {
    if (!local) throw imageNotFound(name)
    return local
  }
  if (local && options.policy === 'missing') return local
  try {
    return await tryEach(meaningsOf(name, options.registries), (reference) =>
      pullReference(storage, reference, options),
    )
  } catch (error) {
    // podman-pull(1): with `newer`, an error is no error when there is a local image.
    if (!local || options.policy !== 'newer' || !(error instanceof TspodError)) throw error
    options.onNotice?.(`using the image in storage: ${error.message}`)
    return local
  }
}

/** An image of another platform than the one asked for does not count. */
function findLocal(storage: Storage, name: string, { platform }: PullOptions): Image | undefined {
  const image = storage.images.find(name)
  return image && isForPlatform(image.config, platform) ? image : undefined
}

async function pullReference(storage: Storage, reference: Reference, options: PullOptions): Promise<Image> {
  const { registries, tlsVerify, signal } = options
  const onNotice = options.onNotice ?? (() => undefined)
  const retry = options.registry?.retry ? { retry: options.registry.retry } : {}
  admitPlace(findRule(options.trust, placeOf(reference)), placeOf(reference))
  const endpoints = endpointsFor(reference, registries, { tlsVerify })
  await using client = openRegistry(endpoints, { userAgent: USER_AGENT, ...options.registry, onNotice, signal })
  const current = await findCurrent(storage, client, { reference, options })
  if (current) return current

  const fetched = await fetchImage(client, reference, options.platform)
  await admit(client, fetched.digests, { reference, options })
  options.onProgress?.({ type: 'resolved', reference: formatReference(reference) })
  // Waited for here: the client closes when this function is left.
  return await storeImage(
    storage,
    {
      manifest: fetched.manifest,
      manifestDigest: fetched.digest,
      documents: fetched.documents,
      source: { open: (blob, offset) => readBlob(client, blob, { offset, onNotice, signal, ...retry }) },
      names: namesOf(reference),
      repoDigests: fetched.digests.map((digest) => `${repositoryOf(reference)}@${digest}`),
    },
    options,
  )
}

/** @throws {TspodError} E_NOT_SIGNED … see admitImage */
async function admit(
  client: RegistryClient,
  digests: readonly Digest[],
  { reference, options }: Wanted,
): Promise<void> {
  const place = placeOf(reference)
  const lines = await admitImage(findRule(options.trust, place), {
    place,
    digests: [...digests.slice(-1), ...digests.slice(0, 1)],
    signaturesOf: (digest) => fetchSignatures(client, digest),
  })
  for (const line of lines) options.onVerified?.(line)
}

function placeOf(reference: Reference): PolicyPlace {
  return { transport: 'docker', reference }
}

interface Wanted {
  readonly reference: Reference
  readonly options: PullOptions
}

/**
 * The image in storage, where the registry says that it has this very one: then nothing is fetched.
 * Asked only where storage has an image of the name at all, so that a first pull asks once.
 */
async function findCurrent(
  storage: Storage,
  client: RegistryClient,
  { reference, options }: Wanted,
): Promise<Image | undefined> {
  if (!storage.images.find(formatReference(reference))) return undefined
  const { digest } = await client.headManifest(reference)
  const digests = storedDocuments(storage, digest, options.platform)
  const image = digests && storage.images.find(digests.at(-1) ?? '')
  if (!digests || !image || image.manifestDigest !== digests.at(-1) || !isWhole(storage, image)) return undefined
  await admit(client, digests, { reference, options })
  options.onProgress?.({ type: 'resolved', reference: formatReference(reference) })
  for (const name of namesOf(reference)) if (!image.names.includes(name)) storage.images.tag(image.id, name)
  for (const repoDigest of digests.map((one) => `${repositoryOf(reference)}@${one}`)) {
    if (!image.repoDigests.includes(repoDigest)) storage.images.addRepoDigest(repoDigest, image.id)
  }
  return storage.images.resolve(image.id)
}

/** A reference with a digest gives no name: its tag, if it has one, was not asked for. Source: podman does the same. */
function namesOf(reference: Reference): string[] {
  return reference.digest === undefined ? [formatReference(reference)] : []
}

interface FetchedImage {
  readonly manifest: ImageManifest
  readonly digest: Digest
  /** of the index, where there is one, and of the manifest */
  readonly digests: readonly Digest[]
  readonly documents: readonly Uint8Array[]
}

async function fetchImage(client: RegistryClient, reference: Reference, platform: Platform): Promise<FetchedImage> {
  const seen: FetchedManifest[] = []
  for (let version: { tag?: string; digest?: Digest } = reference; seen.length <= MAX_INDEXES; ) {
    const fetched = await client.fetchManifest(version)
    seen.push(fetched)
    const { manifest, digest } = fetched
    if (manifest.kind === 'manifest') {
      return { manifest, digest, digests: seen.map((one) => one.digest), documents: seen.map(({ bytes }) => bytes) }
    }
    version = { digest: choosePlatform(manifest, platform).digest }
  }
  throw new TspodError('E_BAD_IMAGE', `${formatReference(reference)} is an index of indexes of indexes`)
}
