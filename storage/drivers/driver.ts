import type { LayerMap, OwnerMap } from '../layers/mapped-ids.ts'

/**
 * The contract of a storage driver: it gives a container a root file system made of its image's
 * layers and what the container writes itself. What every driver promises:
 *
 * - `create` makes, inside `containers/<id>/`, all that the container needs; it mounts nothing.
 *   Layers are only read. When it fails, `remove` takes away what it made.
 * - `describe` is pure and cheap: it says how to mount what `create` made. It may be called for a
 *   container that was created by an earlier process.
 * - `directories` names where the container's files are without mounting anything, topmost first:
 *   for `readImageFile`. Pure.
 * - With a map of ids a container owns, and sees, other owners than the layers have: `prepare` does
 *   beforehand what that takes, and says what becomes of the map; `create` and `describe` are told it.
 * - `remove` takes away what `create` made, whatever the container did to it; nothing where there
 *   is nothing. It must not be called while the container runs.
 *
 * Layers are given by their chain ids, the bottom one first. None at all is an empty file system.
 * One suite of tests holds all drivers to this.
 */
export interface Driver {
  readonly name: DriverName
  /**
   * Undefined where the driver shows the container other owners than are on the disk, so that what it writes is owned
   * as in an image.
   *
   * @param onSlow called once where it takes more than a moment
   * @throws {TspodError} E_ID_NOT_MAPPED, E_LAYER_MISSING, E_NO_SPACE
   */
  prepare(chainIds: readonly string[], owners: OwnerMap, onSlow: () => void): Promise<LayerMap | undefined>
  /** @throws {TspodError} E_LAYER_MISSING, E_TOO_MANY_LAYERS, E_NO_SPACE */
  create(containerId: string, chainIds: readonly string[], map?: LayerMap): void
  describe(containerId: string, chainIds: readonly string[], map?: LayerMap): Rootfs
  directories(containerId: string, chainIds: readonly string[]): string[]
  remove(containerId: string): void
}

export const DRIVER_NAMES = ['overlay', 'fuse-overlayfs', 'vfs'] as const
export type DriverName = (typeof DRIVER_NAMES)[number]

/** How the root file system of a container is mounted. The overlay ones always with `userxattr`. */
export type Rootfs =
  | {
      readonly kind: 'overlay'
      /** the directory that `lower` is relative to */
      readonly base: string
      /** top first, never empty */
      readonly lower: readonly string[]
      /** relative to `base`: where lower files that are without data have it */
      readonly data?: string
      /** the container's root may not reach the directories, as their owner is none of its ids */
      readonly isMapped?: boolean
      readonly upper: string
      readonly work: string
    }
  | {
      readonly kind: 'fuse-overlayfs'
      /** absolute path */
      readonly program: string
      /** absolute, top first, never empty */
      readonly lower: readonly string[]
      readonly upper: string
      readonly work: string
    }
  | { readonly kind: 'directory'; readonly path: string }
