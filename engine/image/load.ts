import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import { openArchive, spoolArchive } from '../../storage/transports/open-archive.ts'
import { openDirectory } from '../../storage/transports/open-directory.ts'
import {
  detectImages,
  openImages,
  type PathLocation,
  type PlacedImage,
  type PlacedImages,
} from '../../storage/transports/open-images.ts'
import { storeFrom } from '../../storage/transports/store-from.ts'
import type { Engine } from '../engine.ts'
import { recordImageEvent } from '../events/record.ts'
import type { PullIo } from './pull.ts'
import { type PlatformWords, requestedPlatform } from './requested-platform.ts'
import { admitFromPath, type PathPlace, placeOf, type TrustOptions } from './trust.ts'

export interface LoadedImage {
  readonly image: Image
  /** full references that it got now */
  readonly names: readonly string[]
}

export interface LoadOptions extends PullIo, PlatformWords, TrustOptions {}

/** A file, a directory, or a stream that can be read once. */
export type LoadInput = string | AsyncIterable<Buffer>

const STDIN = '/dev/stdin'

/**
 * Takes all images of an archive or a directory into storage: what `docker save` and `podman save`
 * write in any of their formats, an OCI image layout, a directory of skopeo's. An archive may be
 * compressed.
 *
 * @throws {TspodError} E_NO_SUCH_FILE, E_BAD_ARCHIVE, E_NO_PROGRAM, what admitFromPath and storeImage throw
 * @see podman-load(1)
 */
export async function loadImages(engine: Engine, input: LoadInput, options: LoadOptions): Promise<LoadedImage[]> {
  await using opened = await detectImages(await openInput(engine, input))
  const path = typeof input === 'string' ? resolve(engine.cwd, input) : STDIN
  for (const { kind } of opened.images.slice(0, 1)) {
    await admitFromPath(engine, { transport: transportOf(kind, path), path }, options)
  }
  return await storeAll(engine, opened, options)
}

/**
 * As `loadImages`, from a place that is named with its transport.
 * @throws {TspodError} as loadImages; E_IMAGE_NOT_FOUND: it has no image of the name asked for
 */
export async function pullFromPlace(
  engine: Engine,
  location: PathLocation,
  options: LoadOptions,
): Promise<LoadedImage[]> {
  await admitFromPath(engine, placeOf({ ...location, path: resolve(engine.cwd, location.path) }), options)
  await using opened = await openImages(engine.storage, location, engine.cwd)
  return await storeAll(engine, opened, options)
}

/** What policy.json calls the place: what of it is a directory is of another transport than a file. */
function transportOf(kind: PlacedImage['kind'], path: string): PathPlace['transport'] {
  if (kind !== 'layout') return kind
  return isDirectory(path) ? 'oci' : 'oci-archive'
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

async function openInput(engine: Engine, input: LoadInput) {
  const { temporary } = engine.storage.paths
  if (typeof input !== 'string') return await spoolArchive(input, { name: 'stdin', temporary })
  const path = resolve(engine.cwd, input)
  if (isDirectory(path)) return openDirectory(path, input)
  return await openArchive(path, { name: input, temporary })
}

async function storeAll(engine: Engine, { name, images }: PlacedImages, options: LoadOptions): Promise<LoadedImage[]> {
  if (images.length === 0) throw new TspodError('E_BAD_ARCHIVE', `${name}: it has no image`)
  const loaded: LoadedImage[] = []
  for (const { names, hasOwnManifest, open } of images) {
    await using source = await open()
    options.onProgress({ type: 'resolved', reference: names[0] ?? name, action: 'copy' })
    const image = await storeFrom(engine.storage, source, {
      names,
      isMadeUp: !hasOwnManifest,
      platform: requestedPlatform(options),
      onProgress: options.onProgress,
      onNotice: options.onNotice,
    })
    recordImageEvent(engine, 'loadfromarchive', { id: image.id, name: names[0] ?? name })
    loaded.push({ image, names })
  }
  return loaded
}
