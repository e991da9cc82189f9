import { existsSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import { treeBytes } from '../../storage/check/tree-bytes.ts'
import { findUnaccounted, isContent } from '../../storage/check/unaccounted.ts'
import { pruneMappedLayers } from '../container/prune-mapped-layers.ts'
import { sweepAbandoned } from '../container/sweep.ts'
import { sweepLocks } from '../container/sweep-locks.ts'
import type { Engine } from '../engine.ts'
import { descendantsOf } from './family.ts'
import { isDangling, PRUNE_KEYS, parseImageFilters } from './filter.ts'
import { everyImage, type ListedImage } from './list.ts'
import { type RemovedImages, removeWithAncestors } from './remove.ts'

export interface PruneOptions {
  /** not only images without a name: all that no container uses */
  readonly all?: boolean
  /** `until=`, `label=`, `label!=` … */
  readonly filters?: readonly string[]
}

export interface PrunedImages {
  readonly removed: readonly RemovedImages[]
  readonly reclaimedBytes: number
}

/**
 * Removes images that nobody uses, and what killed commands left. One that came into use, or went,
 * in the meantime is passed over.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-image-prune(1)
 */
export async function pruneImages(engine: Engine, options: PruneOptions = {}): Promise<PrunedImages> {
  const { images } = engine.storage
  const context = { nowMs: Date.now(), createdAtMs: (ref: string) => images.resolve(ref).createdAtMs }
  const matches = parseImageFilters(options.filters ?? [], context, PRUNE_KEYS)
  const leftovers = leftContent(engine)
  await sweepAbandoned(engine)
  const before = neededBytes(engine)
  const removed = everyImage(engine)
    .filter((image) => image.containers === 0 && (options.all || isDangling(image)) && matches(image))
    .sort(youngestFirst)
    .flatMap((image) => removeUnused(engine, image, options))
  // Also where nothing was removed: somebody may have been killed before collecting.
  engine.storage.collectGarbage()
  pruneMappedLayers(engine)
  sweepLocks(engine)
  const swept = leftovers.reduce((sum, { path, sizeBytes }) => (existsSync(path) ? sum : sum + sizeBytes), 0)
  return { removed, reclaimedBytes: Math.max(0, before - neededBytes(engine)) + swept }
}

/** What was built on another image goes before it. */
function youngestFirst(one: ListedImage, other: ListedImage): number {
  return other.layers.length - one.layers.length || other.config.history.length - one.config.history.length
}

function removeUnused(engine: Engine, image: ListedImage, { all: isNamedToo }: PruneOptions): RemovedImages[] {
  const { images, manifestLists } = engine.storage
  if (image.isManifestList) {
    manifestLists.remove(image.id)
    return [{ untagged: image.names, undigested: [], deleted: [image.id] }]
  }
  const all = images.list()
  const now = all.find(({ id }) => id === image.id)
  if (!now || descendantsOf(now, all).length > 0) return []
  // Removing the ones before it took its time: it may have been pulled or tagged meanwhile.
  if (now.names.length > 0 && !isNamedToo) return []
  try {
    return [removeWithAncestors(engine, now, {})]
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_IMAGE_IN_USE') return []
    throw error
  }
}

/** What no image has: left by commands that were killed. */
function leftContent({ storage }: Engine): { readonly path: string; readonly sizeBytes: number }[] {
  return findUnaccounted(storage)
    .filter(({ what }) => isContent(what))
    .map(({ path }) => ({ path, sizeBytes: treeBytes(path) }))
}

/** Of all layers, unpacked and as they came. */
function neededBytes(engine: Engine): number {
  const sizes = new Map<string, number>()
  for (const { layers } of engine.storage.images.list()) {
    for (const { chainId, blobDigest, unpackedSizeBytes, blobSizeBytes } of layers) {
      sizes.set(`layer ${chainId}`, unpackedSizeBytes)
      sizes.set(`blob ${blobDigest}`, blobSizeBytes)
    }
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
