import { mapName } from '../../storage/layers/map-name.ts'
import { removeMapped } from '../../storage/layers/mapped-names.ts'
import { layerName } from '../../storage/paths.ts'
import type { Engine } from '../engine.ts'
import { parseContainerConfig } from './config.ts'

/** Held shared by who makes a container with a map of ids; alone by who removes layers that were made for one. */
export const MAPPED_LAYERS_LOCK = ['storage', 'mapped-layers'] as const

/**
 * Removes layers that were made for maps of ids which no container has any more. They can be made
 * again, so nothing is done while somebody makes a container with a map.
 */
export function pruneMappedLayers({ storage }: Engine): void {
  using lock = storage.locks.tryAcquire(...MAPPED_LAYERS_LOCK, { doing: 'removing layers with mapped ids' })
  if (!lock) return
  const used = new Set(
    storage.containers.list().flatMap(({ layers, config }) => {
      const { layerMap } = parseContainerConfig(config)
      return layerMap ? layers.map((chainId) => `${mapName(layerMap)}/${layerName(chainId)}`) : []
    }),
  )
  removeMapped(storage.paths, ({ map, layer }) => used.has(`${map}/${layer}`))
}
