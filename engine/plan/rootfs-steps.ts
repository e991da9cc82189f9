import type { Rootfs } from '../../storage/drivers/driver.ts'
import { MS } from './constants.ts'
import { type Step, step } from './step.ts'

/** Mounts the root file system on `mountPoint`, in the mount namespace of the container. */
export function mountRootfs(rootfs: Rootfs, mountPoint: string): Step[] {
  switch (rootfs.kind) {
    case 'overlay':
      return [
        // Relative names keep 127 layers inside the 4096 bytes that mount(2) takes.
        step('enter the directory of the layers', 'chdir', rootfs.base),
        step(
          'mount the overlay root file system',
          'mount',
          'overlay',
          'overlay',
          mountPoint,
          0,
          `lowerdir=${rootfs.lower.join(':')},upperdir=${escapePath(rootfs.upper)},workdir=${escapePath(rootfs.work)},userxattr`,
        ),
      ]
    case 'directory':
      return [step('mount the root file system', 'mount', '', rootfs.path, mountPoint, MS.bind | MS.rec, '')]
    case 'fuse-overlayfs':
      return [step('mount fuse-overlayfs', 'mount', '', rootfs.upper, mountPoint, MS.bind, '')]
  }
}

/** Source: kernel documentation, overlayfs.rst: a backslash keeps the next character from being a separator. */
function escapePath(path: string): string {
  return path.replace(/[\\,:]/g, '\\$&')
}
