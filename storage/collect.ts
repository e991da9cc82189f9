import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { digestOfHex } from './content/digest.ts'
import { removeMapped } from './layers/mapped-names.ts'
import type { Lock, Locks } from './locks.ts'
import { EMPTY_LAYER_NAME, layerName, type StoragePaths } from './paths.ts'
import { removeTree } from './remove-tree.ts'
import type { Facts } from './state/facts.ts'
import type { ImageRows } from './state/images.ts'
import type { LayerRows } from './state/layers.ts'
import { sweepTemporary } from './temporary.ts'

export interface Collectable {
  readonly paths: StoragePaths
  readonly locks: Locks
  readonly rows: { readonly images: ImageRows; readonly layers: LayerRows }
  readonly facts: Facts
}

/** Whoever makes content that no image has yet holds this lock shared; whoever removes content, alone. */
export const CONTENT_LOCK = { kind: 'storage', key: 'content' } as const

/** Set where something could not be removed because somebody held the content. */
const PENDING = 'garbage pending'

/** Whether something is waiting to be removed by whoever holds the content now. */
export function isGarbagePending(facts: Facts): boolean {
  return facts.get(PENDING) === 'yes'
}

/**
 * Removes layers and blobs that no image and no container needs, and what dead processes left.
 *
 * Does nothing while an image is being pulled, for its content belongs to no image yet: then the
 * pull does it when it ends. A row goes before its files, so that a layer in the database is whole.
 */
export function collectGarbage(store: Collectable): void {
  using lock = lockContent(store)
  if (lock) removeUnneeded(store)
}

/** Who holds the content looks for pending garbage after giving it back, so we try again once that is said. */
function lockContent({ locks, facts }: Collectable): Lock | undefined {
  const attempt = () => locks.tryAcquire(CONTENT_LOCK.kind, CONTENT_LOCK.key, { doing: 'removing what no image needs' })
  const lock = attempt()
  if (lock) return lock
  facts.set(PENDING, 'yes')
  return attempt()
}

function removeUnneeded({ paths, locks, rows, facts }: Collectable): void {
  if (isGarbagePending(facts)) facts.set(PENDING, 'no')
  for (const chainId of rows.layers.unused()) rows.layers.remove(chainId)
  const keep = new Set([EMPTY_LAYER_NAME, ...rows.layers.list().map(layerName)])
  for (const name of readdirSync(paths.layers)) {
    if (!keep.has(name.split('.')[0] ?? '')) removeTree(join(paths.layers, name))
  }
  removeMapped(paths, ({ layer }) => keep.has(layer))
  for (const name of readdirSync(paths.blobs)) {
    if (!/^[0-9a-f]{64}$/.test(name) || !rows.images.needsBlob(digestOfHex(name))) removeTree(join(paths.blobs, name))
  }
  sweepTemporary(paths.temporary, Date.now())
  forgetLocks(paths, locks)
}

function forgetLocks(paths: StoragePaths, locks: Locks): void {
  // Only who holds the lock on all content takes those of layers and blobs, so nobody has one now.
  for (const name of readdirSync(paths.locks)) {
    const [, kind, key] = /^(layer|blob)-([0-9a-f]{64})$/.exec(name) ?? []
    if (kind !== undefined && key !== undefined) locks.forget(kind, key)
    const [, ofList] = /^manifest-list-([0-9a-f]{64})$/.exec(name) ?? []
    if (ofList === undefined) continue
    using lock = locks.tryAcquire('manifest-list', ofList)
    if (lock) locks.forget('manifest-list', ofList)
  }
}
