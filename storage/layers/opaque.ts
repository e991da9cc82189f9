import { lstatSync } from 'node:fs'
import { OPAQUE_XATTR } from './metadata.ts'
import { readXattr } from './xattrs.ts'

/** The kernel's, and those of fuse-overlayfs. */
const XATTRS = [OPAQUE_XATTR, 'user.fuseoverlayfs.opaque', 'trusted.overlay.opaque'] as const
/** What fuse-overlayfs makes in such a directory, too. Source: fuse-overlayfs, main.c, set_fd_opaque. */
const MARKERS: readonly string[] = ['.wh..wh..opq', '.wh..opq']

/** Whether a directory of a container's upper directory hides what the layers below have in it. */
export function isOpaqueUpper(fd: number): boolean {
  return (
    XATTRS.some((name) => readXattr(`/proc/self/fd/${fd}/.`, name)?.toString('latin1') === 'y') ||
    MARKERS.some((name) => lstatSync(`/proc/self/fd/${fd}/${name}`, { throwIfNoEntry: false }) !== undefined)
  )
}

/** A file that says so and is none of the container's. */
export function isOpaqueMarker(name: string): boolean {
  return MARKERS.includes(name)
}
