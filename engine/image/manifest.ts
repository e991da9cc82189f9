import { randomBytes } from 'node:crypto'
import { TspodError } from '../../base/errors.ts'
import { CONTENT_LOCK } from '../../storage/collect.ts'
import type { Digest } from '../../storage/content/digest.ts'
import { nameForTag } from '../../storage/images/local-names.ts'
import {
  annotateEntry,
  type EntryChanges,
  type ManifestList,
  withEntries,
  withoutEntry,
} from '../../storage/images/manifest-list.ts'
import type { Engine } from '../engine.ts'
import { findEntries } from './list-entries.ts'
import { openAccess, type RegistryAccess } from './registry-access.ts'
import { type PlatformWords, requestedPlatform } from './requested-platform.ts'

export type { EntryChanges } from '../../storage/images/manifest-list.ts'

export interface AddOptions extends RegistryAccess, PlatformWords {
  /** all images of an index, not only the one for the platform */
  readonly all?: boolean
  /** of each entry that is added, over what the image says */
  readonly changes?: EntryChanges
}

const LOCK_TIMEOUT_MS = 600_000

/**
 * Makes a manifest list of these images, or of none.
 *
 * @throws {TspodError} E_NAME_IN_USE: there is an image or a list of this name; with `amend` a list is added to
 * @throws {TspodError} as addToManifest
 * @see podman-manifest-create(1)
 */
export async function createManifest(
  engine: Engine,
  name: string,
  options: AddOptions & { readonly images?: readonly string[]; readonly amend?: boolean },
): Promise<ManifestList> {
  const { images, manifestLists } = engine.storage
  const full = nameForTag(name)
  const known = manifestLists.find(full)
  if ((known && !options.amend) || (!known && images.find(full))) throw nameTaken(full)
  const empty = {
    id: randomBytes(32).toString('hex'),
    names: [full],
    createdAtMs: Date.now(),
    entries: [],
    annotations: {},
  }
  return await addEntries(engine, known ?? empty, options.images ?? [], options)
}

/**
 * Adds images to a manifest list: what is in storage, else what a registry has.
 *
 * @throws {TspodError} E_LIST_NOT_FOUND, E_IMAGE_NOT_FOUND, E_NO_PLATFORM, what the registry says
 * @see podman-manifest-add(1)
 */
export async function addToManifest(
  engine: Engine,
  ref: string,
  images: readonly string[],
  options: AddOptions,
): Promise<ManifestList> {
  return await addEntries(engine, engine.storage.manifestLists.resolve(ref), images, options)
}

/** @throws {TspodError} E_LIST_NOT_FOUND, E_NOT_IN_LIST @see podman-manifest-annotate(1) */
export async function annotateManifest(
  engine: Engine,
  ref: string,
  image: string,
  changes: EntryChanges,
): Promise<ManifestList> {
  const { manifestLists } = engine.storage
  await using _list = await lockList(engine, manifestLists.resolve(ref))
  const list = manifestLists.resolve(ref)
  return manifestLists.save(annotateEntry(list, digestOf(engine, image), changes), manifestLists.blobsOf(list.id))
}

/** @throws {TspodError} E_LIST_NOT_FOUND, E_NOT_IN_LIST @see podman-manifest-remove(1) */
export async function removeFromManifest(engine: Engine, ref: string, image: string): Promise<ManifestList> {
  const { manifestLists } = engine.storage
  await using _list = await lockList(engine, manifestLists.resolve(ref))
  const list = withoutEntry(manifestLists.resolve(ref), digestOf(engine, image))
  return manifestLists.save(list, neededBlobs(engine, list))
}

async function addEntries(
  engine: Engine,
  list: ManifestList,
  images: readonly string[],
  options: AddOptions,
): Promise<ManifestList> {
  const { storage } = engine
  const platform = requestedPlatform(options)
  const access = await openAccess(engine, options)
  const waiting = { shared: true, doing: 'adding to a manifest list', timeoutMs: LOCK_TIMEOUT_MS }
  using _content = await storage.locks.acquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, waiting)
  await using _list = await lockList(engine, list)
  let grown = storage.manifestLists.find(list.id) ?? list
  const blobs = new Set(storage.manifestLists.blobsOf(list.id))
  for (const image of images) {
    const found = await findEntries(engine, image, { all: options.all ?? false, platform, access })
    for (const digest of found.blobs) blobs.add(digest)
    grown = withEntries(grown, found.entries)
    if (options.changes) {
      for (const { digest } of found.entries) grown = annotateEntry(grown, digest, options.changes)
    }
  }
  return storage.manifestLists.save(grown, [...blobs])
}

/** Held while a list is read and written: of two changes at once none may be lost. */
async function lockList({ storage }: Engine, { id }: ManifestList): Promise<AsyncDisposable> {
  return await storage.locks.acquire('manifest-list', id, {
    doing: 'changing a manifest list',
    timeoutMs: LOCK_TIMEOUT_MS,
  })
}

/** An image of a list is named by its digest, or by a name of it in storage. */
function digestOf({ storage }: Engine, image: string): string {
  return image.startsWith('sha256:') ? image : storage.images.resolve(image).manifestDigest
}

/** What the entries that are left need: their manifests, and all of images that are in storage. */
function neededBlobs({ storage }: Engine, { id, entries }: ManifestList): Digest[] {
  const kept = new Set(storage.manifestLists.blobsOf(id))
  const needed = entries.flatMap(({ digest }) => {
    const image = storage.images.find(digest)
    return [digest, ...(image ? storage.images.blobsOf(image.id) : kept)]
  })
  return [...new Set(needed)].filter((digest) => kept.has(digest))
}

function nameTaken(name: string): TspodError {
  return new TspodError('E_NAME_IN_USE', `${name} is the name of an image or a manifest list already`, {
    hint: `add to a list with "tspod manifest add ${name}", or remove it with "tspod rmi ${name}"`,
  })
}
