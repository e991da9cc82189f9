import { resolve } from 'node:path'
import { formatFor } from '../../storage/images/manifest-list.ts'
import { formatReference, normalizeReference, repositoryOf } from '../../storage/registry/reference.ts'
import { registryCompression, type WantedCompression } from '../../storage/transports/convert-manifest.ts'
import type { ImageSource } from '../../storage/transports/image-place.ts'
import { manifestListSource } from '../../storage/transports/manifest-list-source.ts'
import { onlyImage, openImages } from '../../storage/transports/open-images.ts'
import type { ImageLocation } from '../../storage/transports/parse-transport.ts'
import { registrySource } from '../../storage/transports/registry-source.ts'
import { holdContent, storageSource } from '../../storage/transports/storage-source.ts'
import type { Engine } from '../engine.ts'
import type { PullIo } from './pull.ts'
import { openAccess, type RegistryAccess } from './registry-access.ts'
import { admitFromPath, openTrust, placeOf, type TrustOptions } from './trust.ts'

/** Where an image is copied from. */
export interface OpenedSource extends AsyncDisposable {
  readonly source: ImageSource
  /** what the image is called where it is */
  readonly names: readonly string[]
  readonly hasOwnManifest: boolean
  /** of a registry */
  readonly repository?: string
  /** what to do with layers where it goes to a registry, if nobody says */
  readonly compression?: WantedCompression
}

export interface SourceRequest extends PullIo, TrustOptions {
  /** for a registry to read from */
  readonly sourceAccess?: RegistryAccess
}

/**
 * Opens an image for reading, wherever it is.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_NO_SUCH_FILE, E_BAD_ARCHIVE, E_SEVERAL_IMAGES, what trust and registries throw
 */
export async function openSource(
  engine: Engine,
  location: ImageLocation,
  request: SourceRequest,
): Promise<OpenedSource> {
  if (location.transport === 'containers-storage') return await openStored(engine, location.name, request)
  if (location.transport === 'docker') {
    const { registries, tlsVerify, registry } = await openAccess(engine, request.sourceAccess)
    const reference = normalizeReference(location.name)
    const { onNotice, onVerified } = request
    const trust = openTrust(engine, request)
    const source = registrySource(reference, { ...registry, registries, tlsVerify, onNotice, trust, onVerified })
    const names = reference.tag === undefined ? [] : [formatReference(reference)]
    return { ...whole(source, names), repository: repositoryOf(reference) }
  }
  await admitFromPath(engine, placeOf({ ...location, path: resolve(engine.cwd, location.path) }), request)
  const images = await openImages(engine.storage, location, engine.cwd)
  try {
    const { names, hasOwnManifest, open } = onlyImage(images)
    const source = await open()
    return {
      source,
      names,
      hasOwnManifest,
      // A manifest that was made up has nothing to be true to.
      compression: hasOwnManifest ? {} : { format: 'gzip' },
      [Symbol.asyncDispose]: () => images[Symbol.asyncDispose](),
    }
  } catch (error) {
    await images[Symbol.asyncDispose]()
    throw error
  }
}

async function openStored(engine: Engine, ref: string, request: SourceRequest): Promise<OpenedSource> {
  const { storage } = engine
  const list = storage.images.find(ref) ? undefined : storage.manifestLists.find(ref)
  if (list) {
    const { registries, tlsVerify, registry } = await openAccess(engine, request.sourceAccess)
    const options = { ...registry, registries, tlsVerify, onNotice: request.onNotice }
    const source = manifestListSource(storage, list, {
      format: formatFor(list.entries),
      open: (repository) => registrySource(normalizeReference(repository), options),
    })
    const held = await holdContent(storage)
    return { ...whole(source, list.names), [Symbol.asyncDispose]: () => closeBoth(source, held) }
  }
  const { image, name } = storage.images.locate(ref)
  const opened = whole(await storageSource(storage, image), name === undefined ? [] : [name])
  return { ...opened, compression: registryCompression(image) }
}

function whole(source: ImageSource, names: readonly string[]): OpenedSource {
  return { source, names, hasOwnManifest: true, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() }
}

async function closeBoth(source: ImageSource, held: Disposable): Promise<void> {
  await source[Symbol.asyncDispose]()
  held[Symbol.dispose]()
}
