import { type Extent, extentsOf, identityOf, mergeMappings } from './id-mappings.ts'

/**
 * The first range of `size` ids that is free. Id 0 is the caller's own, which no container of
 * --userns auto gets. Undefined where there is none.
 *
 * @param extents ids that there are, as users and as groups
 * @param taken ranges of other containers, in any order
 */
export function findFreeRange(
  extents: { readonly uids: readonly Extent[]; readonly gids: readonly Extent[] },
  size: number,
  taken: readonly Extent[],
): Extent | undefined {
  const sorted = [...taken].sort((a, b) => a.start - b.start)
  for (const extent of both(merged(extents.uids), merged(extents.gids))) {
    let start = Math.max(extent.start, 1)
    for (const range of sorted) {
      if (range.start >= start + size) break
      start = Math.max(start, range.start + range.size)
    }
    if (start + size <= extent.start + extent.size) return { start, size }
  }
  return undefined
}

/** Ranges without gaps between them are one. */
function merged(extents: readonly Extent[]): Extent[] {
  return extentsOf(mergeMappings(identityOf(extents)))
}

function both(some: readonly Extent[], others: readonly Extent[]): Extent[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const start = Math.max(one.start, other.start)
      const size = Math.min(one.start + one.size, other.start + other.size) - start
      return size > 0 ? [{ start, size }] : []
    }),
  )
}
