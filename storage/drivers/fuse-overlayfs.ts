import { installHint } from '../../base/distribution.ts'
import { TspodError } from '../../base/errors.ts'
import type { StoragePaths } from '../paths.ts'
import type { Driver } from './driver.ts'
import { createOverlayDirectories, overlayDirectories, removeOverlayDirectories } from './overlay-directories.ts'

/** The program fuse-overlayfs, for kernels and file systems that do not let an ordinary user mount an overlay. */
export function fuseOverlayfsDriver(paths: StoragePaths, findProgram: () => string | undefined): Driver {
  return {
    name: 'fuse-overlayfs',
    // What the program says of owners the kernel takes for ids of the container, and the other way round.
    prepare: async () => undefined,
    create: (containerId, chainIds) => createOverlayDirectories(paths, containerId, chainIds),
    describe: (containerId, chainIds) => ({
      kind: 'fuse-overlayfs',
      program: found(findProgram()),
      lower: chainIds.length === 0 ? [paths.emptyLayer] : chainIds.map(paths.layer).reverse(),
      ...overlayDirectories(paths, containerId),
    }),
    directories: (containerId, chainIds) => [
      overlayDirectories(paths, containerId).upper,
      ...chainIds.map(paths.layer).reverse(),
    ],
    remove: (containerId) => removeOverlayDirectories(paths, containerId),
  }
}

// Only mounting needs it: what was made with it can be removed when it is gone.
function found(program: string | undefined): string {
  if (program !== undefined) return program
  throw new TspodError('E_NO_PROGRAM', 'no program fuse-overlayfs', { hint: installHint('fuse-overlayfs') })
}
