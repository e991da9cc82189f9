import type { Change } from '../../storage/images/diff-trees.ts'

/**
 * What the engine itself makes in a container, as a place for something to be mounted on.
 * Source: podman's container diff, which leaves out the same.
 */
const MOUNT_POINTS: ReadonlySet<string> = new Set([
  '/.dockerenv',
  '/dev',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/proc',
  '/run',
  '/run/.containerenv',
  '/run/notify',
  '/run/secrets',
  '/sys',
])

/** Whether the engine may have made this, as a place for something to be mounted on. */
export function isMountPoint(path: string): boolean {
  return MOUNT_POINTS.has(path)
}

/** The changes that the container itself made. A directory that changed only by what is left out did not change. */
export function withoutMountPoints(changes: readonly Change[]): Change[] {
  const own = changes.filter(({ path }) => !isMountPoint(path))
  return own.filter(
    ({ kind, path }) =>
      kind !== 'changed' || !isParentOfMountPoint(path) || own.some((other) => other.path.startsWith(`${path}/`)),
  )
}

function isParentOfMountPoint(path: string): boolean {
  return [...MOUNT_POINTS].some((place) => place.startsWith(`${path}/`))
}
