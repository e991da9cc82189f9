import { treeBytes } from '../../storage/check/tree-bytes.ts'
import { findUnaccounted, type Unaccounted } from '../../storage/check/unaccounted.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Volume } from '../../storage/volumes/volumes.ts'
import { parseContainerConfig } from '../container/config.ts'
import { makerLives } from '../container/maker.ts'
import { observe } from '../container/reconcile.ts'
import type { Engine } from '../engine.ts'
import { everyImage, type ListedImage } from '../image/list.ts'
import { volumeUsers } from '../volume/users.ts'

export interface ImageUsage {
  readonly image: ListedImage
  /** of its layers, unpacked */
  readonly sizeBytes: number
  /** of those that other images have too */
  readonly sharedBytes: number
}

export interface DiskUsage {
  readonly images: readonly ImageUsage[]
  /** layers, unpacked and as they came, each once */
  readonly imageBytes: number
  /** of what only images need that no container uses */
  readonly reclaimableImageBytes: number
  readonly containers: readonly {
    readonly container: ContainerRow
    readonly sizeBytes: number
    readonly volumes: number
  }[]
  readonly volumes: readonly { readonly volume: Volume; readonly sizeBytes: number; readonly links: number }[]
  /** what the database does not speak of */
  readonly unaccounted: readonly (Unaccounted & { readonly sizeBytes: number })[]
}

/**
 * Walks the disk to find out what takes how much space.
 *
 * @see podman-system-df(1)
 */
export function diskUsage(engine: Engine): DiskUsage {
  const { storage } = engine
  const images = everyImage(engine)
  const layers = new Map<string, number>()
  for (const chainId of storage.layers.list()) layers.set(chainId, treeBytes(storage.paths.layer(chainId)))
  const sizeOf = (chainId: string): number => layers.get(chainId) ?? 0
  const owners = countOwners(images)
  const contents = contentSizes(engine, images, sizeOf)
  const used = contentSizes(
    engine,
    images.filter(({ containers }) => containers > 0),
    sizeOf,
  )
  const users = volumeUsers(engine)
  return {
    images: images.map((image) => ({
      image,
      sizeBytes: image.isManifestList ? image.sizeBytes : sum(image.layers.map(({ chainId }) => sizeOf(chainId))),
      sharedBytes: sum(
        image.layers.filter(({ chainId }) => (owners.get(chainId) ?? 0) > 1).map(({ chainId }) => sizeOf(chainId)),
      ),
    })),
    imageBytes: sum([...contents.values()]),
    reclaimableImageBytes: sum([...contents].flatMap(([key, bytes]) => (used.has(key) ? [] : [bytes]))),
    containers: storage.containers.list().map((row) => ({
      container: observe(engine, row),
      sizeBytes: treeBytes(engine.containerDir(row.id)),
      volumes: parseContainerConfig(row.config).volumes.filter(({ type }) => type === 'volume').length,
    })),
    volumes: storage.volumes.list().map((volume) => ({
      volume,
      sizeBytes: treeBytes(volume.path),
      links: users.get(volume.name)?.length ?? 0,
    })),
    unaccounted: unaccounted(engine).map((entry) => ({ ...entry, sizeBytes: treeBytes(entry.path) })),
  }
}

/** What is on the disk without belonging to anything, nor being made right now. */
export function unaccounted(engine: Engine): Unaccounted[] {
  return findUnaccounted(engine.storage).filter(({ path, what }) => what !== 'container' || !makerLives(path))
}

/** In how many images each layer is. */
function countOwners(images: readonly ListedImage[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { layers } of images) for (const { chainId } of layers) counts.set(chainId, (counts.get(chainId) ?? 0) + 1)
  return counts
}

/** Layers and blobs of these images, each once, with their sizes. */
function contentSizes(
  { storage }: Engine,
  images: readonly ListedImage[],
  sizeOf: (chainId: string) => number,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const image of images) {
    for (const { chainId } of image.layers) sizes.set(chainId, sizeOf(chainId))
    const blobs = image.isManifestList ? storage.manifestLists.blobsOf(image.id) : storage.images.blobsOf(image.id)
    for (const digest of blobs) sizes.set(`blob ${digest}`, treeBytes(storage.paths.blob(digest)))
  }
  return sizes
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
