import type { IdMapping } from '../oci.ts'

/** Ids from `start` on. */
export interface Extent {
  readonly start: number
  readonly size: number
}

/** Puts mappings in the order of the container's ids, and those that go on in each other together. Pure. */
export function mergeMappings(mappings: readonly IdMapping[]): IdMapping[] {
  const merged: IdMapping[] = []
  for (const next of [...mappings].sort((a, b) => a.containerID - b.containerID)) {
    const last = merged.at(-1)
    if (last && last.containerID + last.size === next.containerID && last.hostID + last.size === next.hostID) {
      merged[merged.length - 1] = { ...last, size: last.size + next.size }
    } else if (next.size > 0) merged.push(next)
  }
  return merged
}

/**
 * Adds a mapping that takes the place of those it is in conflict with, on either side: what is left
 * of them stays.
 *
 * @see podman-run(1), "--uidmap", "Extending previous mappings"
 */
export function insertMapping(mappings: readonly IdMapping[], entry: IdMapping): IdMapping[] {
  const kept = mappings
    .flatMap((one) => without(one, one.containerID, { start: entry.containerID, size: entry.size }))
    .flatMap((one) => without(one, one.hostID, { start: entry.hostID, size: entry.size }))
  return mergeMappings([...kept, entry])
}

/**
 * The same mapping in lines of which each lies in one extent: the kernel takes no line that does not.
 * Undefined where the extents lack an id.
 *
 * @param extents ids that there are outside
 * @see user_namespaces(7), "Defining user and group ID mappings"
 */
export function splitAtExtents(mappings: readonly IdMapping[], extents: readonly Extent[]): IdMapping[] | undefined {
  const lines: IdMapping[] = []
  for (const mapping of mappings) {
    for (let done = 0; done < mapping.size; ) {
      const hostID = mapping.hostID + done
      const extent = extents.find(({ start, size }) => hostID >= start && hostID < start + size)
      if (!extent) return undefined
      const size = Math.min(mapping.size - done, extent.start + extent.size - hostID)
      lines.push({ containerID: mapping.containerID + done, hostID, size })
      done += size
    }
  }
  return lines
}

/** Two mappings that share an id on one side. */
export function findOverlap(
  mappings: readonly IdMapping[],
  side: 'containerID' | 'hostID',
): readonly [IdMapping, IdMapping] | undefined {
  const sorted = [...mappings].sort((a, b) => a[side] - b[side])
  for (const [index, mapping] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before && before[side] + before.size > mapping[side]) return [before, mapping]
  }
  return undefined
}

/** Each id mapped to itself. */
export function identityOf(extents: readonly Extent[]): IdMapping[] {
  return extents.map(({ start, size }) => ({ containerID: start, hostID: start, size }))
}

/** Whether every id of the container is the same id outside. */
export function isIdentity(mappings: readonly IdMapping[]): boolean {
  return mappings.every(({ containerID, hostID }) => containerID === hostID)
}

export function extentsOf(mappings: readonly IdMapping[]): Extent[] {
  return mappings.map(({ hostID: start, size }) => ({ start, size }))
}

/** What is left of a mapping without some ids. @param from where the mapping begins on the side in question */
function without(mapping: IdMapping, from: number, { start, size }: Extent): IdMapping[] {
  const [low, high] = [Math.max(start - from, 0), Math.min(start + size - from, mapping.size)]
  if (low >= high) return [mapping]
  const part = (offset: number, count: number): IdMapping => ({
    containerID: mapping.containerID + offset,
    hostID: mapping.hostID + offset,
    size: count,
  })
  return [part(0, low), part(high, mapping.size - high)].filter((one) => one.size > 0)
}
