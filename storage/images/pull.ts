import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../content/digest.ts'
import type { Storage } from '../open.ts'
import { openRegistry, type RegistryClient, type RegistryOptions } from '../registry/client.ts'
import { endpointsFor } from '../registry/endpoint.ts'
import type { FetchedManifest } from '../registry/fetch-manifest.ts'
import type { ImageManifest, Platform } from '../registry/manifest.ts'
import { choosePlatform, normalizePlatform } from '../registry/platform.ts'
import { readBlob } from '../registry/read-blob.ts'
import { formatReference, parseReference, type Reference, repositoryOf } from '../registry/reference.ts'
import type { RegistriesConfig } from '../registry/registries-config.ts'
import { resolveShortName } from '../registry/short-name.ts'
import type { Image } from './image.ts'
import { imageNotFound } from './images.ts'
import type { PullObserver } from './progress.ts'
import { storeImage } from './store-image.ts'

export interface PullOptions extends PullObserver {
  readonly platform: Platform
  /** Source: podman-pull(1), `--policy`. */
  readonly policy?: 'always' | 'missing' | 'never' | 'newer'
  readonly registries: RegistriesConfig
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
 * @throws {TspodError} E_BAD_REFERENCE, E_SHORT_NAME, E_NO_PLATFORM, what openRegistry and storeImage throw
 * @see podman-pull(1)
 */
export async function pullImage(storage: Storage, name: string, options: PullOptions): Promise<Image> {
  const local = options.policy === 'always' ? undefined : findLocal(storage, name, options)
  if (options.policy === 'never') {
    if (!local) throw imageNotFound(name)
    return local
  }
  if (local && options.policy === 'missing') return local
  try {
    return await pullFirst(storage, candidates(name, options), { options, local })
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
  if (!image || image.config.architecture === '') return image
  const [wanted, found] = [normalizePlatform(platform), normalizePlatform(image.config)]
  return wanted.os === found.os && wanted.architecture === found.architecture ? image : undefined
}

function candidates(name: string, { registries }: PullOptions): readonly Reference[] {
  const parsed = parseReference(name)
  return parsed.qualified ? [parsed.reference] : resolveShortName(parsed.name, registries)
}

interface Pulling {
  readonly options: PullOptions
  readonly local: Image | undefined
}

async function pullFirst(storage: Storage, references: readonly Reference[], pulling: Pulling): Promise<Image> {
  const failures: TspodError[] = []
  for (const reference of references) {
    const isLast = reference === references.at(-1)
    try {
      return await pullReference(storage, reference, pulling)
    } catch (error) {
      if (!(error instanceof TspodError) || (isLast && failures.length === 0)) throw error
      if (!GO_ON.has(error.code)) throw error
      failures.push(error)
    }
  }
  const [first] = failures
  if (!first) throw new Error('a name that means no reference')
  const messages = failures.map(({ message }) => message).join('; ')
  throw new TspodError(first.code, messages, first.hint === undefined ? {} : { hint: first.hint })
}

/** Failures that say nothing about the next registry on the list. */
const GO_ON: ReadonlySet<string> = new Set([
  'E_IMAGE_NOT_FOUND',
  'E_REGISTRY_AUTH',
  'E_REGISTRY_UNREACHABLE',
  'E_REGISTRY_RATE_LIMIT',
  'E_REGISTRY_ERROR',
  'E_REGISTRY_PROTOCOL',
])

async function pullReference(storage: Storage, reference: Reference, { options, local }: Pulling): Promise<Image> {
  const { registries, tlsVerify, signal } = options
  const onNotice = options.onNotice ?? (() => undefined)
  const retry = options.registry?.retry ? { retry: options.registry.retry } : {}
  const endpoints = endpointsFor(reference, registries, { tlsVerify })
  await using client = openRegistry(endpoints, { userAgent: USER_AGENT, ...options.registry, onNotice, signal })
  if (local && (await isCurrent(client, reference, local))) return local

  const fetched = await fetchImage(client, reference, options.platform)
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

async function isCurrent(client: RegistryClient, reference: Reference, local: Image): Promise<boolean> {
  const { digest } = await client.headManifest(reference)
  return local.repoDigests.includes(`${repositoryOf(reference)}@${digest}`)
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
