import { createHash } from 'node:crypto'
import { TspodError } from '../../base/errors.ts'
import { CONTENT_LOCK } from '../collect.ts'
import { type Digest, digestOfHex, hexOf } from '../content/digest.ts'
import { explainNoSpace } from '../errors.ts'
import { createSlots } from '../layers/slots.ts'
import { openUnpackPool } from '../layers/unpack-pool.ts'
import type { Storage } from '../open.ts'
import { MAX_CONFIG_BYTES, parseImageConfig } from '../registry/image-config.ts'
import type { ImageManifest } from '../registry/manifest.ts'
import { sweepTemporary } from '../temporary.ts'
import { type BlobSource, ensureLayer, type LayerOutcome, type WantedLayer } from './ensure-layer.ts'
import type { Image, ImageConfig } from './image.ts'
import type { PullObserver } from './progress.ts'
import { isResumable } from './resumable.ts'

/** An image that is described, but whose content is elsewhere yet. */
export interface IncomingImage {
  readonly manifest: ImageManifest
  readonly manifestDigest: Digest
  /** the manifest, and the index it was chosen from, exactly as they came */
  readonly documents: readonly Uint8Array[]
  readonly source: BlobSource
  readonly names: readonly string[]
  readonly repoDigests: readonly string[]
}

/** podman's default for parallel downloads is 3, docker's too; one more keeps a line busy between two. */
const DOWNLOADS = 4
const LOCK_TIMEOUT_MS = 600_000

/**
 * Fetches, verifies, unpacks and publishes an image. It is there when this returns; killed at any
 * moment before, nothing of it shows, and what was fetched whole serves the next attempt.
 *
 * @throws {TspodError} E_DIGEST_MISMATCH, E_DIFF_ID_MISMATCH, E_LAYER_INVALID, E_LAYER_UNSAFE,
 *   E_LAYER_UNSUPPORTED, E_BAD_IMAGE, E_NO_SPACE, E_LOCK_TIMEOUT, and what the source throws
 */
export async function storeImage(storage: Storage, incoming: IncomingImage, observer: PullObserver): Promise<Image> {
  const image = await storeLocked(storage, incoming, observer).catch((error) => {
    // What another attempt cannot use only takes space.
    if (!isResumable(error)) storage.collectGarbage()
    throw explainNoSpace(error, storage.paths.root)
  })
  // What others wanted removed meanwhile had to wait for us.
  if (storage.hasGarbage()) storage.collectGarbage()
  return image
}

async function storeLocked(storage: Storage, incoming: IncomingImage, observer: PullObserver): Promise<Image> {
  const { manifest, manifestDigest, documents } = incoming
  const waiting = { shared: true, doing: 'pulling an image', timeoutMs: LOCK_TIMEOUT_MS, signal: observer.signal }
  using _content = await storage.locks.acquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, waiting)
  sweepTemporary(storage.paths.temporary, Date.now())
  const documentDigests = documents.map((bytes) => storage.content.putBlob(bytes))
  const config = await storeConfig(storage, incoming, observer)
  const layers = wantedLayers(manifest, config)
  await storeLayers(storage, layers, incoming.source, observer)
  return storage.images.publish({
    id: hexOf(manifest.config.digest),
    manifestDigest,
    manifestMediaType: manifest.mediaType,
    config,
    createdAtMs: createdAtMs(config),
    layers: layers.map(({ blob, diffId, chainId }) => ({
      blobDigest: blob.digest,
      blobSizeBytes: blob.sizeBytes,
      diffId,
      chainId,
    })),
    blobs: [...documentDigests, manifest.config.digest, ...layers.map(({ blob }) => blob.digest)],
    names: incoming.names,
    repoDigests: incoming.repoDigests,
  })
}

async function storeConfig(
  storage: Storage,
  { manifest, source }: IncomingImage,
  { signal }: PullObserver,
): Promise<ImageConfig> {
  const { digest, sizeBytes } = manifest.config
  if (sizeBytes > MAX_CONFIG_BYTES) throw badImage(`its configuration is larger than ${MAX_CONFIG_BYTES} bytes`)
  const waiting = { timeoutMs: LOCK_TIMEOUT_MS, doing: `fetching ${digest}`, signal }
  using _blob = await storage.locks.acquire('blob', hexOf(digest), waiting)
  if (!storage.content.hasBlob({ digest, sizeBytes })) {
    const chunks: Uint8Array[] = []
    for await (const chunk of source.open({ digest, sizeBytes }, 0)) chunks.push(chunk)
    storage.content.putBlob(Buffer.concat(chunks), digest)
  }
  return parseImageConfig(storage.content.readBlob(digest, MAX_CONFIG_BYTES))
}

/** @throws {TspodError} E_BAD_IMAGE: manifest and configuration do not speak of the same layers */
function wantedLayers({ layers }: ImageManifest, { diffIds }: ImageConfig): WantedLayer[] {
  if (layers.length !== diffIds.length) {
    throw badImage(`its manifest has ${layers.length} layers and its configuration ${diffIds.length}`)
  }
  let below: Digest | undefined
  return layers.flatMap(({ digest, sizeBytes }, index) => {
    const diffId = diffIds[index]
    if (diffId === undefined) return []
    below = chainIdOf(below, diffId)
    return [{ blob: { digest, sizeBytes }, diffId, chainId: below }]
  })
}

/** Source: OCI image-spec, config.md, "Layer ChainID". */
function chainIdOf(below: Digest | undefined, diffId: Digest): Digest {
  if (below === undefined) return diffId
  return digestOfHex(createHash('sha256').update(`${below} ${diffId}`).digest('hex'))
}

async function storeLayers(
  storage: Storage,
  layers: readonly WantedLayer[],
  source: BlobSource,
  observer: PullObserver,
): Promise<void> {
  await using pool = openUnpackPool()
  const stop = new AbortController()
  const signal = observer.signal ? AbortSignal.any([observer.signal, stop.signal]) : stop.signal
  const work = {
    storage,
    source,
    pool,
    ...observer,
    downloads: createSlots(observer.maxDownloads ?? DOWNLOADS),
    signal,
  }
  // The first failure ends the others. All are waited for: each takes away what it made.
  const attempts = layers.map((layer) => ensureLayer(work, layer))
  for (const attempt of attempts) attempt.catch((error) => stop.abort(error))
  const results = await Promise.allSettled(attempts)
  if (stop.signal.aborted) throw stop.signal.reason
  notice(
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    observer.onNotice,
  )
}

function notice(outcomes: readonly LayerOutcome[], onNotice: ((line: string) => void) | undefined): void {
  const sum = (key: keyof LayerOutcome): number => outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const [devices, xattrs, owners] = [sum('skippedDevices'), sum('droppedXattrs'), sum('foreignOwners')]
  if (devices > 0) onNotice?.(`${devices} device files of the image were left out`)
  if (xattrs > 0) onNotice?.(`${xattrs} extended attributes of the image could not be kept`)
  if (owners > 0) {
    onNotice?.(`${owners} files of the image belong to you now: their owners are outside of your range of ids`)
  }
}

function createdAtMs({ created }: ImageConfig): number {
  const time = created === '' ? Number.NaN : Date.parse(created)
  return Number.isFinite(time) ? Math.max(time, 0) : 0
}

function badImage(problem: string): TspodError {
  return new TspodError('E_BAD_IMAGE', `the image is not valid: ${problem}`)
}
