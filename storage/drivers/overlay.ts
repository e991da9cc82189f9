import { EMPTY_LAYER_NAME, layerName, type StoragePaths } from '../paths.ts'
import type { Driver } from './driver.ts'
import { createOverlayDirectories, overlayDirectories, removeOverlayDirectories } from './overlay-directories.ts'

/** The kernel's overlayfs, mounted in the container's own mount namespace. */
export function overlayDriver(paths: StoragePaths): Driver {
  return {
    name: 'overlay',
    create: (containerId, chainIds) => createOverlayDirectories(paths, containerId, chainIds),
    describe: (containerId, chainIds) => ({
      kind: 'overlay',
      base: paths.layers,
      lower: chainIds.length === 0 ? [EMPTY_LAYER_NAME] : chainIds.map(layerName).reverse(),
      ...overlayDirectories(paths, containerId),
    }),
    directories: (containerId, chainIds) => [
      overlayDirectories(paths, containerId).upper,
      ...chainIds.map(paths.layer).reverse(),
    ],
    remove: (containerId) => removeOverlayDirectories(paths, containerId),
  }
}
