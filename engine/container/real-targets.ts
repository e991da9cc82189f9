import { findMerged } from '../../storage/images/find-merged.ts'

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
