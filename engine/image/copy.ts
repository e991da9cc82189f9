import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../../storage/content/digest.ts'
import { nameForTag } from '../../storage/images/local-names.ts'
import { normalizeReference } from '../../storage/registry/reference.ts'
import type { WantedCompression } from '../../storage/transports/convert-manifest.ts'
import { copyImage } from '../../storage/transports/copy-image.ts'
import type { ImageSink, ImageSource } from '../../storage/transports/image-place.ts'
import type { PathLocation } from '../../storage/transports/open-images.ts'
import { openPathSink } from '../../storage/transports/open-sinks.ts'
import { type ImageLocation, parseTransport } from '../../storage/transports/parse-transport.ts'
import { registrySink } from '../../storage/transports/registry-sink.ts'
import { storeFrom } from '../../storage/transports/store-from.ts'
import { becomeCaller } from '../callers-umask.ts'
import type { Engine } from '../engine.ts'
import { type OpenedSource, openSource } from './open-source.ts'
import type { PullIo } from './pull.ts'
import { openAccess, type RegistryAccess } from './registry-access.ts'
import { type PlatformWords, requestedPlatform } from './requested-platform.ts'
import type { TrustOptions } from './trust.ts'

export interface CopyRequest extends PullIo, PlatformWords, TrustOptions {
  /** all images of an index rather than the one for the platform */
  readonly all?: boolean
  readonly format?: 'oci' | 'docker'
  readonly compression?: WantedCompression
  /** for a registry to read from, and one to write to */
  readonly sourceAccess?: RegistryAccess
  readonly destinationAccess?: RegistryAccess
}

export interface Copied {
  /** of what the destination's name means now */
  readonly digest: Digest
}

/**
 * Copies an image between any two places, registries, archives, directories and the storage, each
 * named with its transport. A plain name is one of the storage as source, and one of a registry as
 * destination.
 *
 * @throws {TspodError} E_BAD_TRANSPORT, what the places throw
 * @see skopeo-copy(1), containers-transports(5)
 */
export async function copyBetween(engine: Engine, from: string, to: string, request: CopyRequest): Promise<Copied> {
  const destination = parseTransport(to)
  await using opened = await openSource(engine, parseTransport(from, 'containers-storage'), request)
  request.onProgress({ type: 'resolved', reference: to, action: 'copy' })
  if (destination.transport === 'containers-storage')
    return await copyToStorage(engine, destination.name, { opened, request })
  await using sink = await openSink(engine, destination, { opened, request })
  const usual = destination.transport === 'docker' ? opened.compression : undefined
  return await copyTo(
    engine,
    { source: opened.source, sink },
    { ...request, compression: { ...usual, ...request.compression } },
  )
}

/**
 * Copies an image of storage to a place in the file system: what `push` does with such a
 * destination. An archive of docker's has the image's names where the location gives none.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_CANNOT_WRITE, E_NO_SPACE, what copyImage throws
 */
export async function pushToPlace(
  engine: Engine,
  ref: string,
  { location, ...request }: CopyRequest & { readonly location: PathLocation },
): Promise<Copied> {
  await using opened = await openSource(engine, { transport: 'containers-storage', name: ref }, request)
  becomeCaller(engine)
  await using sink = openPathSink(location, engine.cwd, opened.names)
  return await copyTo(engine, { source: opened.source, sink }, request)
}

interface Copying {
  readonly opened: OpenedSource
  readonly request: CopyRequest
}

async function openSink(
  engine: Engine,
  location: Exclude<ImageLocation, { transport: 'containers-storage' }>,
  { opened, request }: Copying,
): Promise<ImageSink> {
  if (location.transport !== 'docker') {
    becomeCaller(engine)
    return openPathSink(location, engine.cwd, opened.names)
  }
  const { registries, tlsVerify, registry } = await openAccess(engine, request.destinationAccess)
  const options = { ...registry, registries, tlsVerify, onNotice: request.onNotice }
  return registrySink(normalizeReference(location.name), options)
}

async function copyTo(
  engine: Engine,
  { source, sink }: { readonly source: ImageSource; readonly sink: ImageSink },
  request: CopyRequest,
): Promise<Copied> {
  const { all, format, compression, onProgress, onNotice } = request
  const { digest } = await copyImage(source, sink, {
    temporary: engine.storage.paths.temporary,
    platform: requestedPlatform(request),
    onProgress,
    onNotice,
    ...(all && { all }),
    ...(format && { format }),
    ...(compression && { compression }),
  })
  return { digest }
}

/** The storage unpacks what comes, and keeps it as it came. */
async function copyToStorage(engine: Engine, name: string, { opened, request }: Copying): Promise<Copied> {
  if (request.format || request.compression?.format || request.all) {
    throw new TspodError('E_BAD_ARGUMENTS', 'an image goes into storage as it is, for one platform', {
      hint: 'leave out --all, --format and the compression, which "tspod push" has, too',
    })
  }
  const image = await storeFrom(engine.storage, opened.source, {
    names: [nameForTag(name)],
    isMadeUp: !opened.hasOwnManifest,
    ...(opened.repository !== undefined && { repository: opened.repository }),
    platform: requestedPlatform(request),
    onProgress: request.onProgress,
    onNotice: request.onNotice,
  })
  return { digest: image.manifestDigest }
}
