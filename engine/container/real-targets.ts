import { findMerged } from '../../storage/images/find-merged.ts'
import type { OciMount } from '../spec/oci.ts'

/**
 * Where mounts of the user go: a target that is a link in the image, or is below one, is where that
 * leads to. A mount is not made on a link, and what is nested has to be known before its order is.
 *
 * @param directories of the container's file system, the topmost first
 */
export function realTarget(directories: readonly string[], target: string): string {
  const { path } = findMerged(directories, target)
  // A link to / would have the mount replace the whole container.
  return path === '/' ? target : path
}

/** As `realTarget`, of a new file system. Where the image has no such directory there is nothing that it could begin with. */
export function atRealTarget(directories: readonly string[], mount: OciMount): OciMount {
  const { path, kind } = findMerged(directories, mount.destination)
  const options = kind === 'directory' ? mount.options : mount.options.filter((word) => word !== 'tmpcopyup')
  return { ...mount, destination: path === '/' ? mount.destination : path, options }
}
