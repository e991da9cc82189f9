import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import type { BlobDescriptor } from '../content/content-store.ts'
import { type Digest, hexOf } from '../content/digest.ts'
import { createTide, readGrowing, type Tide } from '../layers/growing-file.ts'
import type { LayerRecord } from '../layers/layer-record.ts'
import type { Slots } from '../layers/slots.ts'
import { type UnpackedLayer, unpackBlob } from '../layers/unpack-blob.ts'
import type { UnpackPool } from '../layers/unpack-pool.ts'
import type { Storage } from '../open.ts'
import { removeTree } from '../remove-tree.ts'
import { temporaryPath } from '../temporary.ts'
import { opaqueListOf } from './image-files.ts'
import type { LayerPhase, PullObserver } from './progress.ts'
import { isResumable } from './resumable.ts'

export interface WantedLayer {
  readonly blob: BlobDescriptor
  readonly diffId: Digest
  readonly chainId: Digest
}

/** Where the bytes of an image come from: a registry, or a directory. */
export interface BlobSource {
  /** The bytes from `offset` to the end. */
  open(blob: BlobDescriptor, offset: number): AsyncIterable<Uint8Array>
  /** Moves the blob to `path`, where it lies in a file of our own and was verified; false where it does not. */
  take?(blob: BlobDescriptor, path: string): boolean
}

export interface LayerWork extends PullObserver {
  readonly storage: Storage
  readonly source: BlobSource
  readonly pool: UnpackPool
  readonly downloads: Slots
}

export type LayerOutcome = Pick<UnpackedLayer, 'skippedDevices' | 'droppedXattrs'> & { readonly foreignOwners: number }

/** Another process may be fetching the same layer over a slow line. */
const LOCK_TIMEOUT_MS = 3_600_000
/** Below, a thread costs more to start than it saves. */
const INLINE_BYTES = 256 << 10
const PROGRESS_BYTES = 256 << 10
const NOTHING: LayerOutcome = { skippedDevices: 0, droppedXattrs: 0, foreignOwners: 0 }

/**
 * Makes sure that a layer is in storage: its tree, unpacked and verified, and its blob, so that the
 * image can be given away exactly as it came. What is there is neither fetched nor unpacked again,
 * and of several processes that want it one does the work.
 *
 * The layer appears whole under its name, after its digests turned out right, or not at all.
 */
export async function ensureLayer(work: LayerWork, layer: WantedLayer): Promise<LayerOutcome> {
  const { storage, signal } = work
  const report = reporter(work, layer.blob)
  if (isWhole(storage, layer)) {
    report('exists', layer.blob.sizeBytes)
    return NOTHING
  }
  report('waiting', 0)
  const waiting = { timeoutMs: LOCK_TIMEOUT_MS, doing: `fetching ${layer.blob.digest}`, signal }
  using _layer = await storage.locks.acquire('layer', hexOf(layer.chainId), waiting)
  if (isWhole(storage, layer)) {
    report('exists', layer.blob.sizeBytes)
    return NOTHING
  }
  using _blob = await storage.locks.acquire('blob', hexOf(layer.blob.digest), waiting)
  // Another image may have had the same files in another blob.
  const fetch = isThere(storage, layer.chainId) ? fetchAlone : fetchAndUnpack
  const outcome = await despiteLeftovers(storage, layer, () => fetch(work, layer, report))
  report('done', layer.blob.sizeBytes)
  return outcome
}

/** What an earlier attempt left may be damaged. Then it is thrown away, and everything fetched anew. */
async function despiteLeftovers(
  { paths }: Storage,
  { blob }: WantedLayer,
  attempt: () => Promise<LayerOutcome>,
): Promise<LayerOutcome> {
  const leftovers = [paths.partialBlob(blob.digest), paths.blob(blob.digest)]
  const hadLeftovers = leftovers.some((path) => existsSync(path))
  try {
    return await attempt()
  } catch (error) {
    if (!hadLeftovers || !(error instanceof TspodError) || !DAMAGED.has(error.code)) throw error
    for (const path of leftovers) rmSync(path, { force: true })
    return await attempt()
  }
}

const DAMAGED: ReadonlySet<string> = new Set([
  'E_DIGEST_MISMATCH',
  'E_DIFF_ID_MISMATCH',
  'E_LAYER_INVALID',
  'E_LAYER_UNSUPPORTED',
  'E_LAYER_UNSAFE',
])

async function fetchAlone(work: LayerWork, { blob }: WantedLayer, report: Report): Promise<LayerOutcome> {
  await fetchBlob(work, blob, { tide: createTide(), report, check: () => undefined })
  return NOTHING
}

async function fetchAndUnpack(work: LayerWork, layer: WantedLayer, report: Report): Promise<LayerOutcome> {
  const { storage } = work
  const target = temporaryPath(storage.paths.temporary, 'layer')
  try {
    const result = await unpackWhileFetching(work, layer, { target, report })
    publish(storage, layer, target, result)
    const { skippedDevices, droppedXattrs, owners } = result
    return { skippedDevices, droppedXattrs, foreignOwners: owners.length }
  } finally {
    removeTree(target)
  }
}

async function unpackWhileFetching(
  work: LayerWork,
  layer: WantedLayer,
  { target, report }: { readonly target: string; readonly report: Report },
): Promise<UnpackedLayer> {
  const { paths } = work.storage
  const { blob, diffId } = layer
  const tide = createTide()
  const state = { fetched: false, failure: undefined as unknown }
  const job = {
    blobPaths: [paths.partialBlob(blob.digest), paths.blob(blob.digest)],
    target,
    diffId,
    tide,
    onRead: (bytes: number) => {
      if (state.fetched) report('unpacking', bytes)
    },
  }
  const unpacking = blob.sizeBytes <= INLINE_BYTES ? unpackInline(job) : work.pool.unpack(job)
  unpacking.catch((error) => {
    state.failure = error
  })
  try {
    await fetchBlob(work, blob, { tide, report, check: () => rethrow(state.failure) })
  } catch (error) {
    tide.fail(error)
    await unpacking.catch(() => undefined)
    throw error
  }
  state.fetched = true
  report('unpacking', 0)
  tide.end()
  return unpacking
}

async function fetchBlob(
  { storage, source, downloads, signal }: LayerWork,
  blob: BlobDescriptor,
  { tide, report, check }: { readonly tide: Tide; readonly report: Report; readonly check: () => void },
): Promise<void> {
  if (storage.content.hasBlob(blob)) return tide.rise(blob.sizeBytes)
  using _slot = await downloads.take()
  signal?.throwIfAborted()
  if (source.take?.(blob, storage.paths.blob(blob.digest))) return tide.rise(blob.sizeBytes)
  try {
    await storage.content.receiveBlob(blob, {
      open: (offset) => source.open(blob, offset),
      resume: true,
      onBytes: (_path, availableBytes) => {
        signal?.throwIfAborted()
        check()
        tide.rise(availableBytes)
        report('downloading', availableBytes)
      },
    })
  } catch (error) {
    if (!isResumable(error)) rmSync(storage.paths.partialBlob(blob.digest), { force: true })
    throw error
  }
}

function unpackInline(job: { blobPaths: readonly string[]; tide: Tide; target: string; diffId: Digest }) {
  return unpackBlob(readGrowing(job.blobPaths, job.tide), job)
}

/** The files are not flushed: a layer can be fetched again, and flushing one of 700 MB would take seconds. */
function publish(storage: Storage, layer: WantedLayer, unpacked: string, result: UnpackedLayer): void {
  const { paths, layers } = storage
  const { chainId, diffId } = layer
  const directory = paths.layer(chainId)
  // A directory without a row is what a process left that died right here.
  removeTree(directory)
  const record: LayerRecord = {
    chainId,
    whiteouts: result.whiteouts,
    opaque: result.opaque,
    owners: result.owners,
    tarBytes: result.tarBytes,
  }
  writeFileSync(paths.layerRecord(chainId), JSON.stringify(record), { mode: 0o600 })
  const opaque = result.opaque.map((path) => `/${path}\n`).join('')
  writeFileSync(opaqueListOf(directory), Buffer.from(opaque, 'latin1'), { mode: 0o600 })
  renameSync(unpacked, directory)
  layers.add({ chainId, diffId, unpackedSizeBytes: result.sizeBytes })
}

function isWhole(storage: Storage, { chainId, blob }: WantedLayer): boolean {
  return isThere(storage, chainId) && storage.content.hasBlob(blob)
}

function isThere({ layers, paths }: Storage, chainId: Digest): boolean {
  return layers.has(chainId) && statSync(paths.layer(chainId), { throwIfNoEntry: false }) !== undefined
}

function rethrow(failure: unknown): void {
  if (failure !== undefined) throw failure
}

type Report = (phase: LayerPhase, doneBytes: number) => void

/** Not every chunk is worth an event. */
function reporter({ onProgress }: PullObserver, { digest, sizeBytes }: BlobDescriptor): Report {
  let last: { phase: LayerPhase | undefined; doneBytes: number } = { phase: undefined, doneBytes: 0 }
  return (phase, doneBytes) => {
    if (phase === last.phase && doneBytes - last.doneBytes < PROGRESS_BYTES && doneBytes < sizeBytes) return
    last = { phase, doneBytes }
    onProgress?.({ type: 'layer', digest, phase, doneBytes, totalBytes: sizeBytes })
  }
}
