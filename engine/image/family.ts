import type { Image, ImageHistory } from '../../storage/images/image.ts'

/**
 * The image that `image` was built on: of those whose layers and history its own begin with, the
 * longest. Registries do not say it, so it is found out. Pure. Source: podman's "ParentId".
 */
export function parentOf(image: Image, all: readonly Image[]): Image | undefined {
  const [nearest] = all.filter((other) => isParent(other, image)).sort(byLength)
  return nearest
}

/** The images that were built on `image`, directly or not. Pure. */
export function descendantsOf(image: Image, all: readonly Image[]): Image[] {
  return all.filter((other) => isParent(image, other))
}

function isParent(parent: Image, child: Image): boolean {
  const { layers } = parent
  const top = layers.at(-1)
  if (parent.id === child.id || !top || layers.length > child.layers.length) return false
  // A chain id speaks of all layers up to it.
  if (child.layers[layers.length - 1]?.chainId !== top.chainId) return false
  const [older, younger] = [parent.config.history, child.config.history]
  if (older.length > younger.length) return false
  if (older.length === younger.length && layers.length === child.layers.length) return false
  return older.every((entry, index) => isSame(entry, younger[index]))
}

function isSame(one: ImageHistory, other: ImageHistory | undefined): boolean {
  return (
    one.created === other?.created &&
    one.createdBy === other.createdBy &&
    one.comment === other.comment &&
    one.emptyLayer === other.emptyLayer
  )
}

function byLength(one: Image, other: Image): number {
  return (
    other.layers.length - one.layers.length ||
    other.config.history.length - one.config.history.length ||
    other.names.length - one.names.length
  )
}
