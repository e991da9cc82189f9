import { TspodError } from '../../base/errors.ts'
import type { Digest } from '../../storage/content/digest.ts'
import type { Image } from '../../storage/images/image.ts'
import type { ListEntry } from '../../storage/images/manifest-list.ts'
import { MAX_CONFIG_BYTES, parseImageConfig } from '../../storage/registry/image-config.ts'
import { type IndexEntry, MAX_MANIFEST_BYTES, type Platform, parseManifest } from '../../storage/registry/manifest.ts'
import { choosePlatform } from '../../storage/registry/platform.ts'
import { type Reference, repositoryOf } from '../../storage/registry/reference.ts'
import { meaningsOf, tryEach } from '../../storage/registry/try-registries.ts'
import type { ImageDocument, ImageSource } from '../../storage/transports/image-place.ts'
import { registrySource } from '../../storage/transports/registry-source.ts'
import type { Engine } from '../engine.ts'
import type { OpenAccess } from './registry-access.ts'

export interface EntryWishes {
  /** all images of an index, not only the one for `platform` */
  readonly all: boolean
  readonly platform: Platform
  readonly access: OpenAccess
}

/** Entries for a manifest list, and the blobs in storage that they need as long as it exists. */
export interface FoundEntries {
  readonly entries: readonly ListEntry[]
  readonly blobs: readonly Digest[]
}

/** In storage, whatever there is on a registry. Source: containers-transports(5). */
const LOCAL = 'containers-storage:'

/**
 * The entries for the image `name`: of an image or a manifest list in storage, else of what a
 * registry has. Manifests are fetched, layers are not. The caller holds the content.
 *
 * @throws {TspodError} E_IMAGE_NOT_FOUND, E_BAD_REFERENCE, E_NO_PLATFORM, what the registry says
 */
export async function findEntries(engine: Engine, name: string, wishes: EntryWishes): Promise<FoundEntries> {
  const { images, manifestLists } = engine.storage
  const isLocal = name.startsWith(LOCAL)
  const ref = isLocal ? name.slice(LOCAL.length) : name
  if (!name.startsWith('docker://')) {
    const list = manifestLists.find(ref)
    if (list) return { entries: list.entries, blobs: manifestLists.blobsOf(list.id) }
    const image = isLocal ? images.resolve(ref) : images.find(ref)
    if (image) return { entries: [entryOfImage(engine, image)], blobs: images.blobsOf(image.id) }
  }
  const { registries, tlsVerify, registry } = wishes.access
  return await tryEach(meaningsOf(ref, registries), async (reference) => {
    await using source = registrySource(reference, { ...registry, registries, tlsVerify })
    return await entriesOnRegistry(engine, { reference, source }, wishes)
  })
}

function entryOfImage({ storage }: Engine, image: Image): ListEntry {
  const { os, architecture, variant } = image.config
  return {
    ...PLAIN,
    mediaType: image.manifestMediaType,
    digest: image.manifestDigest,
    sizeBytes: storage.content.readBlob(image.manifestDigest, MAX_MANIFEST_BYTES).byteLength,
    os,
    architecture,
    variant,
  }
}

interface OnRegistry {
  readonly reference: Reference
  readonly source: ImageSource
}

async function entriesOnRegistry(engine: Engine, place: OnRegistry, wishes: EntryWishes): Promise<FoundEntries> {
  const top = await place.source.readDocument()
  const document = parseManifest(top.bytes, top.mediaType)
  if (document.kind === 'manifest') return await oneEntry(engine, place, { document: top, platform: undefined })
  const chosen = wishes.all
    ? document.entries.filter(({ isAttestation }) => !isAttestation)
    : document.entries.filter(({ digest }) => digest === choosePlatform(document, wishes.platform).digest)
  const found: FoundEntries[] = []
  for (const { digest, platform } of chosen) {
    found.push(await oneEntry(engine, place, { document: await place.source.readDocument(digest), platform }))
  }
  return { entries: found.flatMap(({ entries }) => entries), blobs: found.flatMap(({ blobs }) => blobs) }
}

interface Instance {
  readonly document: ImageDocument
  /** where the index says it */
  readonly platform: IndexEntry['platform']
}

async function oneEntry(
  { storage }: Engine,
  { reference, source }: OnRegistry,
  { document, platform }: Instance,
): Promise<FoundEntries> {
  const { os, architecture, variant } = platform ?? (await platformOf(source, document))
  const digest = storage.content.putBlob(document.bytes, document.digest)
  const entry: ListEntry = {
    ...PLAIN,
    mediaType: document.mediaType,
    digest,
    sizeBytes: document.bytes.byteLength,
    os,
    architecture,
    variant,
    repository: repositoryOf(reference),
  }
  return { entries: [entry], blobs: [digest] }
}

/** From the image's configuration. */
async function platformOf(source: ImageSource, { bytes, mediaType }: ImageDocument): Promise<Platform> {
  const manifest = parseManifest(bytes, mediaType)
  if (manifest.kind !== 'manifest') throw new TspodError('E_BAD_IMAGE', `${source.name} is an index of indexes`)
  const { digest, sizeBytes } = manifest.config
  if (sizeBytes > MAX_CONFIG_BYTES) {
    throw new TspodError('E_BAD_IMAGE', `the configuration of ${source.name} is larger than ${MAX_CONFIG_BYTES} bytes`)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of source.openBlob({ digest, sizeBytes }, 0)) chunks.push(chunk)
  return parseImageConfig(Buffer.concat(chunks))
}

const PLAIN = { osVersion: '', osFeatures: [], features: [], annotations: {}, repository: '' } as const
