import { EMPTY_LAYER_NAME, layerName, type StoragePaths } from '../paths.ts'
import type { Driver } from './driver.ts'
import type { LayerMapper } from './layer-mapper.ts'
import { mappedRootfs } from './mapped-rootfs.ts'
import { createOverlayDirectories, overlayDirectories, removeOverlayDirectories } from './overlay-directories.ts'

/** The kernel's overlayfs, mounted in the container's own mount namespace. */
export function overlayDriver(paths: StoragePaths, mapper: LayerMapper): Driver {
  return {
    name: 'overlay',
    prepare: mapper,
    create: (containerId, chainIds, map) => createOverlayDirectories(paths, containerId, chainIds, map),
    describe: (containerId, chainIds, map) => ({
      kind: 'overlay',
      ...(map ? mappedRootfs(paths, chainIds, map) : plainRootfs(paths, chainIds)),
      ...overlayDirectories(paths, containerId),
    }),
    directories: (containerId, chainIds) => [
      overlayDirectories(paths, containerId).upper,
      ...chainIds.map(paths.layer).reverse(),
    ],
    remove: (containerId) => removeOverlayDirectories(paths, containerId),
  }
}

function plainRootfs(paths: StoragePaths, chainIds: readonly string[]) {
  return { base: paths.layers, lower: chainIds.length === 0 ? [EMPTY_LAYER_NAME] : chainIds.map(layerName).reverse() }
}
