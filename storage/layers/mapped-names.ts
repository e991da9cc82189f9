import { readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import type { StoragePaths } from '../paths.ts'
import { removeTree } from '../remove-tree.ts'

export interface MappedLayerPlace {
  readonly path: string
  /** as `mapName` gives it */
  readonly map: string
  /** as `layerName` gives it */
  readonly layer: string
}

/** All mapped layers that there are; none where no container ever had a map. */
export function namesOfMapped({ allMappedLayers }: Pick<StoragePaths, 'allMappedLayers'>): MappedLayerPlace[] {
  return namesIn(allMappedLayers).flatMap((map) =>
    namesIn(join(allMappedLayers, map)).map((layer) => ({ path: join(allMappedLayers, map, layer), map, layer })),
  )
}

/** Removes mapped layers that are not wanted, and directories of maps without any. Their containers are the caller's to know. */
export function removeMapped(
  paths: Pick<StoragePaths, 'allMappedLayers'>,
  isWanted: (place: MappedLayerPlace) => boolean,
): void {
  for (const place of namesOfMapped(paths)) if (!isWanted(place)) removeTree(place.path)
  for (const map of namesIn(paths.allMappedLayers)) removeIfEmpty(join(paths.allMappedLayers, map))
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path)
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}
