import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StoragePaths } from '../paths.ts'
import { overlayDirectories } from './overlay-directories.ts'

/**
 * Lets a container be mounted again that was mounted without ever syncing, for one that goes when
 * it ends: the kernel refuses that, as a crash of the machine may have been between. Here none was,
 * as its container has just ended.
 *
 * @see kernel documentation, overlayfs.rst, "Volatile mount"
 */
export function allowSecondMount(paths: StoragePaths, containerId: string): void {
  rmSync(join(overlayDirectories(paths, containerId).work, 'work/incompat/volatile'), { recursive: true, force: true })
}
