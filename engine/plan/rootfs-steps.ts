import { HELPER_FUSE_FD, type HelperCommand } from '../../network/helper-command.ts'
import type { Rootfs } from '../../storage/drivers/driver.ts'
import { CLONE, MS } from './constants.ts'
import { startHelper } from './helper-steps.ts'
import { type Step, step } from './step.ts'

/**
 * Mounts the root file system on `mountPoint`, in the mount namespace of the container.
 *
 * @param isVolatile what the container writes goes with it, so that nothing of it has to reach the
 * disk: without that, unmounting an overlay syncs the whole file system it is on. Source: kernel
 * documentation, overlayfs.rst, "Volatile mount".
 */
export function mountRootfs(rootfs: Rootfs, mountPoint: string, isVolatile: boolean): Step[] {
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
          `lowerdir=${rootfs.lower.join(':')}${rootfs.data === undefined ? '' : `::${rootfs.data}`},upperdir=${escapePath(rootfs.upper)},workdir=${escapePath(rootfs.work)},userxattr${isVolatile ? ',volatile' : ''}`,
        ),
      ]
    case 'directory':
      return [step('mount the root file system', 'mount', '', rootfs.path, mountPoint, MS.bind | MS.rec, '')]
    case 'fuse-overlayfs':
      return [step('mount fuse-overlayfs', 'fuse', mountPoint)]
  }
}

/**
 * As `mountRootfs`, by the monitor. The owners of the files, and of the directories they are in, may be none of the ids of
 * the container: then its root may neither look them up nor change their owners, and a process of the user's namespace may.
 */
export function mountFromOutside(rootfs: Rootfs, mountPoint: string, isVolatile: boolean): Step[] {
  const steps = [
    step('mount the root file system', 'join-child', CLONE.mount),
    ...mountRootfs(rootfs, mountPoint, isVolatile),
    step('mount the root file system', 'done'),
  ]
  return [step('mount the root file system', 'beside', steps.length), ...steps]
}

/**
 * The process that serves the root file system, where one does: outside the container's
 * namespaces, on the descriptor that came with the mount. Until it answers, the child's next look
 * at the mount waits. Source: fuse-overlayfs(1); libfuse takes `/dev/fd/N` for a mount that is there already.
 */
export function serveRootfs(rootfs: Rootfs, logFile: string): Step[] {
  if (rootfs.kind !== 'fuse-overlayfs') return []
  const options = `lowerdir=${rootfs.lower.map(escapePath).join(':')},upperdir=${escapePath(rootfs.upper)},workdir=${escapePath(rootfs.work)}`
  const helper: HelperCommand = {
    name: 'fuse-overlayfs',
    program: rootfs.program,
    args: ['-f', '-o', options, `/dev/fd/${HELPER_FUSE_FD}`],
    env: [],
  }
  return [step('mount fuse-overlayfs', 'await-fuse'), ...startHelper(helper, logFile)]
}

/** Source: kernel documentation, overlayfs.rst: a backslash keeps the next character from being a separator. */
function escapePath(path: string): string {
  return path.replace(/[\\,:]/g, '\\$&')
}
