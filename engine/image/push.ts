import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../../storage/content/digest.ts'
import type { LocatedImage } from '../../storage/images/images.ts'
import { formatReference, type Reference, repositoryOf } from '../../storage/registry/reference.ts'
import { registryCompression } from '../../storage/transports/convert-manifest.ts'
import { copyImage } from '../../storage/transports/copy-image.ts'
import { knownRepositories } from '../../storage/transports/known-repositories.ts'
import { formatTransport, type ImageLocation, parseTransport } from '../../storage/transports/parse-transport.ts'
import { registrySink } from '../../storage/transports/registry-sink.ts'
import { storageSource } from '../../storage/transports/storage-source.ts'
import type { ContainersConf } from '../config/containers-conf.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import type { PullIo } from './pull.ts'
import { namedDestination, ownName, tagsOf } from './push-destination.ts'
import { type OpenAccess, openAccess, type RegistryAccess } from './registry-access.ts'
import { noPlaceForSignature, openSigning, type SignOptions, signImage } from './sign.ts'

export interface PushOptions extends PullIo, RegistryAccess, SignOptions {
  /** of the manifest; by default what the image has */
  readonly format?: 'oci' | 'docker'
  readonly compression?: 'gzip' | 'zstd'
  readonly compressionLevel?: number
  /** compress anew what is compressed otherwise */
  readonly forceCompression?: boolean
}

export interface Pushed {
  /** where it is now, in full */
  readonly destination: string
  /** of the manifest there */
  readonly digest: Digest
  /** of the manifest, where a registry has it now */
  readonly sizeBytes?: number
}

/**
 * Sends an image to a registry, under its own name or as `destination`, or to an archive or a
 * directory. What came from a registry goes back byte for byte; what is there already is not sent.
 * A manifest list goes with all its images.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_NO_DESTINATION: the image has no name to go by
 * @throws {TspodError} E_BAD_TRANSPORT, what registrySink, pushToPlace and copyImage throw
 * @see podman-push(1), containers-transports(5)
 */
export async function push(
  engine: Engine,
  ref: string,
  { destination, ...given }: PushOptions & { readonly destination?: string },
): Promise<Pushed> {
  const options = { ...given, ...usualCompression(given, (await engine.containersConf()).engine) }
  const { images, manifestLists } = engine.storage
  if (!images.find(ref) && manifestLists.find(ref)) {
    const { pushManifest } = await import('./manifest-push.ts')
    const { compression: _, ...rest } = options
    const converted = { ...rest, ...conversion(options), ...(destination && { destination }) }
    return await pushManifest(engine, ref, { ...converted, all: true })
  }
  const located = images.locate(ref)
  const location = destination === undefined ? undefined : parseTransport(destination)
  if (location !== undefined && location.transport !== 'docker') {
    return await pushElsewhere(engine, { located, ref, location }, options)
  }
  const access = await openAccess(engine, options)
  const reference = destination === undefined ? ownName(located, ref) : namedDestination(destination, access)
  return await pushToRegistry(engine, { located, reference, access }, options)
}

/**
 * Sends every image of a repository in storage, under each of its tags.
 * @throws {TspodError} as push; E_BAD_REFERENCE: the name has a tag
 */
export async function pushAllTags(engine: Engine, name: string, options: PushOptions): Promise<Pushed[]> {
  const { images } = engine.storage
  const own = tagsOf(
    name,
    images.list().flatMap((image) => image.names),
  )
  if (own.length === 0) {
    throw new TspodError('E_IMAGE_NOT_FOUND', `no image of ${name} in storage`, {
      hint: 'list what there is with "tspod images"',
    })
  }
  const pushed: Pushed[] = []
  for (const full of own) pushed.push(await push(engine, full, options))
  return pushed
}

interface Push {
  readonly located: LocatedImage
  readonly reference: Reference
  readonly access: OpenAccess
}

async function pushToRegistry(
  engine: Engine,
  { located, reference, access }: Push,
  options: PushOptions,
): Promise<Pushed> {
  const { onProgress, onNotice } = options
  const { storage } = engine
  const { image } = located
  const signer = await openSigning(engine, options)
  const destination = formatReference(reference)
  const all = storage.images.list()
  await using sink = registrySink(reference, {
    ...access.registry,
    registries: access.registries,
    tlsVerify: access.tlsVerify,
    onNotice,
    mountFrom: (blob, registry) => knownRepositories(all, blob, registry),
  })
  onProgress({ type: 'resolved', reference: destination, action: 'push' })
  await using source = await storageSource(storage, image)
  const converted = conversion(options)
  const { digest, bytes } = await copyImage(source, sink, {
    onProgress,
    onNotice,
    temporary: storage.paths.temporary,
    ...converted,
    compression: { ...registryCompression(image), ...converted.compression },
  }).catch((error) => {
    throw explainDamage(error, destination)
  })
  if (signer) await signImage(signer, { reference, digest }, access)
  recordImageEvent(engine, 'push', { id: image.id, name: destination })
  if (digest === image.manifestDigest) storage.images.addRepoDigest(`${repositoryOf(reference)}@${digest}`, image.id)
  return { destination, digest, sizeBytes: bytes.byteLength }
}

/** What storage gave was not what it is under, and nobody but us could have damaged it. */
function explainDamage(error: unknown, destination: string): unknown {
  if (!(error instanceof TspodError) || error.code !== 'E_DIGEST_MISMATCH' || error.hint !== undefined) return error
  return new TspodError('E_DIGEST_MISMATCH', `${destination} is not pushed: ${error.message}`, {
    hint: 'what is in storage is damaged: "tspod system check --repair" gets it again',
    cause: error,
  })
}

interface Elsewhere extends Pick<Push, 'located'> {
  readonly ref: string
  readonly location: Exclude<ImageLocation, { transport: 'docker' }>
}

async function pushElsewhere(
  engine: Engine,
  { located, ref, location }: Elsewhere,
  options: PushOptions,
): Promise<Pushed> {
  const destination = formatTransport(location)
  if (options.signKey !== undefined) throw noPlaceForSignature(destination)
  if (location.transport === 'containers-storage') {
    throw new TspodError('E_BAD_TRANSPORT', `${destination}: the image is in storage already`, {
      hint: 'give it another name with "tspod tag"',
    })
  }
  const { pushToPlace } = await import('./copy.ts')
  const { onProgress, onNotice } = options
  onProgress({ type: 'resolved', reference: destination, action: 'push' })
  const source = located.name ?? ref
  const { digest } = await pushToPlace(engine, source, { onProgress, onNotice, location, ...conversion(options) })
  recordImageEvent(engine, 'push', { id: located.image.id, name: destination })
  return { destination, digest }
}

/**
 * What containers.conf says of it, where the flags say nothing. A level is of a format, so it goes
 * with none but that one's own.
 *
 * @see containers.conf(5), compression_format, compression_level
 */
function usualCompression(
  { compression, compressionLevel }: Pick<PushOptions, 'compression' | 'compressionLevel'>,
  conf: ContainersConf['engine'],
): Pick<PushOptions, 'compression' | 'compressionLevel'> {
  const asked = conf.compression_format
  const usual = asked && (asked.value === 'gzip' ? 'gzip' : 'zstd')
  const level = compression === undefined || compression === usual ? conf.compression_level : undefined
  const highest = (compression ?? usual) === 'zstd' ? 22 : 9
  if (level && level.value > highest && compressionLevel === undefined)
    throw new TspodError(
      'E_BAD_CONFIG',
      `${level.origin}: compression_level must be from 1 to ${highest} for ${usual ?? 'gzip'}`,
    )
  return {
    ...(usual && { compression: usual }),
    ...(level && { compressionLevel: level.value }),
    ...(compression && { compression }),
    ...(compressionLevel !== undefined && { compressionLevel }),
  }
}

/** Docker's format knows no zstd: who asks for that and for no format gets OCI's, as with podman. */
function conversion({ format, compression, compressionLevel, forceCompression }: PushOptions) {
  const chosen = format ?? (compression === 'zstd' ? 'oci' : undefined)
  return {
    ...(chosen === undefined ? {} : { format: chosen }),
    compression: {
      ...(compression === undefined ? {} : { format: compression }),
      ...(compressionLevel === undefined ? {} : { level: compressionLevel }),
      ...(forceCompression === undefined ? {} : { force: forceCompression }),
    },
  } as const
}
