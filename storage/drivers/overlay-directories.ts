import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import { explainNoSpace } from '../errors.ts'
import { type OwnerMap, ownerOutside } from '../layers/mapped-ids.ts'
import type { StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'
import { layerMissing, tooManyLayers } from './errors.ts'

/** What a container has of its own under either kind of overlay. */
export interface OverlayDirectories {
  readonly upper: string
  readonly work: string
}

/** So many names of 24 digits fit into one mount option of 4096 bytes, with room for the rest. Docker has the same bound. */
const MAX_LAYERS = 127
const EMPTY_ROOT_MODE = 0o755
const ROOT = { uid: 0, gid: 0 }

export function overlayDirectories(paths: StoragePaths, containerId: string): OverlayDirectories {
  const directory = paths.container(containerId)
  return { upper: join(directory, 'upper'), work: join(directory, 'work') }
}

/** The upper layer begins as an empty directory with the owner and mode of the root below it: it is what `/` will be. */
export function createOverlayDirectories(
  paths: StoragePaths,
  containerId: string,
  chainIds: readonly string[],
  owners?: OwnerMap,
): void {
  if (chainIds.length > MAX_LAYERS) throw tooManyLayers(chainIds.length, MAX_LAYERS)
  const { upper, work } = overlayDirectories(paths, containerId)
  const root = rootAttributes(paths, chainIds)
  try {
    mkdirSync(paths.container(containerId), { recursive: true, mode: 0o700 })
    mkdirSync(work, { mode: 0o700 })
    mkdirSync(upper, { mode: 0o700 })
    if (chainIds.length === 0) mkdirSync(paths.emptyLayer, { recursive: true, mode: 0o755 })
    if (owners) applyOwner(upper, ownerOutside(owners, root ?? ROOT, ''))
    else if (root) applyOwner(upper, root)
    chmodSync(upper, root ? root.mode & 0o7777 : EMPTY_ROOT_MODE)
  } catch (error) {
    throw explainNoSpace(error, paths.container(containerId))
  }
}

export function removeOverlayDirectories(paths: StoragePaths, containerId: string): void {
  const { upper, work } = overlayDirectories(paths, containerId)
  removeTree(upper)
  removeTree(work)
}

/** The layers are there: of a missing one the kernel would say no more than ENOENT. */
function rootAttributes(paths: StoragePaths, chainIds: readonly string[]) {
  const all = chainIds.map((chainId) => {
    const found = statSync(paths.layer(chainId), { throwIfNoEntry: false })
    if (!found?.isDirectory()) throw layerMissing(chainId)
    return found
  })
  return all.at(-1)
}

function applyOwner(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    chownSync(path, uid, gid)
  } catch (error) {
    // not mapped here: then it was not applied to the layer either
    if (!isErrno(error, 'EPERM', 'EINVAL')) throw error
  }
}
