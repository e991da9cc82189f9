import { mapName } from '../layers/map-name.ts'
import type { LayerMap } from '../layers/mapped-ids.ts'
import { EMPTY_LAYER_NAME, layerName, type StoragePaths } from '../paths.ts'

/** From the directory of the layers of one map to the layers themselves. */
const DATA = '../../layers'

/** The lower layers of an overlay for a container with a map of ids. */
export function mappedRootfs(paths: StoragePaths, chainIds: readonly string[], map: LayerMap) {
  if (chainIds.length === 0) return { base: paths.layers, lower: [EMPTY_LAYER_NAME], isMapped: true }
  return {
    base: paths.mappedLayers(mapName(map)),
    lower: chainIds.map(layerName).reverse(),
    isMapped: true,
    ...(map.data === 'shared' ? { data: DATA } : {}),
  }
}
