import { statSync } from 'node:fs'
import { checkBlobs, checkLayers, type DamagedBlob, type DamagedLayer } from '../../storage/check/check-content.ts'
import { treeBytes } from '../../storage/check/tree-bytes.ts'
import { isContent, type Unaccounted } from '../../storage/check/unaccounted.ts'
import { CONTENT_LOCK } from '../../storage/collect.ts'
import type { Image } from '../../storage/images/image.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { observe } from '../container/reconcile.ts'
import type { Engine } from '../engine.ts'
import { unaccounted } from './disk-usage.ts'

export interface CheckSystemOptions {
  /** names and sizes only, no content */
  readonly quick?: boolean
}

/** One thing that is not as it should be. */
export type Damage =
  | (DamagedBlob & Affected)
  | (DamagedLayer & Affected)
  | { readonly kind: 'container'; readonly container: ContainerRow; readonly problem: string }
  | { readonly kind: 'volume'; readonly name: string; readonly problem: string }
  | { readonly kind: 'file'; readonly path: string; readonly problem: string }
  | Leftover

/** Content that no image has: of a pull or load that was killed, or that is at work. No fault, and no use but to go on with. */
export interface Leftover {
  readonly kind: 'leftover'
  readonly path: string
  readonly sizeBytes: number
}

interface Affected {
  readonly containers: readonly ContainerRow[]
}

const LOCK_TIMEOUT_MS = 600_000

/**
 * Compares what is in storage with what the database says of it: blobs by their digests, unpacked
 * layers with their blobs, and whatever else has a row or a file and not both. Changes nothing.
 *
 * Blobs come before the layers that are unpacked from them.
 *
 * @see podman-system-check(1)
 */
export async function checkSystem(engine: Engine, options: CheckSystemOptions = {}): Promise<Damage[]> {
  const { storage } = engine
  // Nothing is removed while we look.
  const waiting = { shared: true, doing: 'checking the storage', timeoutMs: LOCK_TIMEOUT_MS }
  using _content = await storage.locks.acquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, waiting)
  const quick = options.quick ?? false
  const rows = storage.containers.list().map((row) => observe(engine, row))
  const blobs = await checkBlobs(storage, { quick })
  const layers = await checkLayers(storage, new Set(blobs.map(({ digest }) => digest)), { quick })
  return [
    ...blobs.map((damage) => ({ ...damage, containers: containersOf(damage.images, rows) })),
    ...layers.map((damage) => ({
      ...damage,
      containers: rows.filter((row) => row.layers.includes(damage.layer.chainId)),
    })),
    ...rows.filter((row) => !isDirectory(engine.containerDir(row.id))).map(withoutDirectory),
    ...storage.volumes
      .list()
      .filter(({ path }) => !isDirectory(path))
      .map(({ name }) => ({ kind: 'volume' as const, name, problem: 'its directory is missing' })),
    ...unaccounted(engine).map(strayOf),
  ]
}

function strayOf({ path, what }: Unaccounted): Damage {
  if (isContent(what)) return { kind: 'leftover', path, sizeBytes: treeBytes(path) }
  const problem = what === 'unknown' ? 'it does not belong there' : `it belongs to no ${what} in the database`
  return { kind: 'file', path, problem }
}

function withoutDirectory(container: ContainerRow): Damage {
  return { kind: 'container', container, problem: 'its directory is missing' }
}

function containersOf(images: readonly Image[], rows: readonly ContainerRow[]): ContainerRow[] {
  const ids = new Set(images.map(({ id }) => id))
  return rows.filter(({ imageId }) => imageId !== null && ids.has(imageId))
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
