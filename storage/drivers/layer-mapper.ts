import { mkdirSync, statfsSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import type { Locks } from '../locks.ts'
import type { StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'
import type { Facts } from '../state/facts.ts'
import { temporaryPath } from '../temporary.ts'
import type { Driver } from './driver.ts'
import type { ProbeOptions } from './probe.ts'

export type LayerMapper = Driver['prepare']

export interface MapperContext extends Pick<ProbeOptions, 'tryOverlay'> {
  readonly paths: StoragePaths
  readonly locks: Locks
  readonly facts: Facts
}

/**
 * Makes layers with other owners for the kernel's overlay, which has no map of ids of its own that
 * an ordinary user may use. Where the kernel takes the data of lower files from a layer of data in a
 * user namespace, from Linux 6.16 on, the files are made without any; elsewhere they are copied.
 *
 * @see kernel documentation, overlayfs.rst, "Data-only lower layers"
 */
export function openLayerMapper(context: MapperContext): LayerMapper {
  return async (chainIds, { uids, gids }, onSlow) => {
    const map = { uids, gids, data: canShareData(context) ? ('shared' as const) : ('copied' as const) }
    const { ensureMappedLayers } = await import('../layers/mapped-layers.ts')
    await ensureMappedLayers({ ...context, onSlow }, chainIds, map)
    return map
  }
}

/** Found out once for a kernel and a file system. */
function canShareData({ paths, facts, tryOverlay }: MapperContext): boolean {
  const key = `overlay data ${release()} ${statfsSync(paths.root).type.toString(16)}`
  const known = facts.get(key)
  if (known !== undefined) return known === 'shared'
  const base = temporaryPath(paths.temporary, 'probe')
  const directory = (name: string): string => join(base, name)
  try {
    const at = {
      lower: directory('lower'),
      data: directory('data'),
      upper: directory('upper'),
      work: directory('work'),
      target: directory('target'),
    }
    for (const path of Object.values(at)) mkdirSync(path, { recursive: true, mode: 0o700 })
    const isShared = tryOverlay(at) === undefined
    facts.set(key, isShared ? 'shared' : 'copied')
    return isShared
  } finally {
    removeTree(base)
  }
}
