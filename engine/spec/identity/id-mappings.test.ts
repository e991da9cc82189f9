import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toContainerId, toHostId } from '../../../storage/layers/mapped-ids.ts'
import type { IdMapping } from '../oci.ts'
import { findFreeRange } from './auto-range.ts'
import { findOverlap, insertMapping, mergeMappings, splitAtExtents } from './id-mappings.ts'

const mapping = fc.record({ containerID: fc.nat(200), hostID: fc.nat(200), size: fc.integer({ min: 1, max: 60 }) })
const built = fc
  .array(mapping, { maxLength: 12 })
  .map((entries) => entries.reduce<IdMapping[]>((map, entry) => insertMapping(map, entry), []))

test('what is inserted is mapped so, and no id is mapped twice on either side', () => {
  fc.assert(
    fc.property(built, mapping, (map, entry) => {
      const result = insertMapping(map, entry)
      expect(findOverlap(result, 'containerID')).toBeUndefined()
      expect(findOverlap(result, 'hostID')).toBeUndefined()
      for (let i = 0; i < entry.size; i++) expect(toHostId(result, entry.containerID + i)).toBe(entry.hostID + i)
    }),
  )
})

test('what an inserted mapping is not in conflict with stays', () => {
  fc.assert(
    fc.property(built, mapping, (map, entry) => {
      const result = insertMapping(map, entry)
      for (let id = 0; id < 270; id++) {
        const host = toHostId(map, id)
        const isTaken =
          (id >= entry.containerID && id < entry.containerID + entry.size) ||
          (host !== undefined && host >= entry.hostID && host < entry.hostID + entry.size)
        if (!isTaken) expect(toHostId(result, id)).toBe(host)
      }
    }),
  )
})

test('a mapping and its inverse lead back', () => {
  fc.assert(
    fc.property(built, fc.nat(260), (map, id) => {
      const host = toHostId(map, id)
      if (host !== undefined) expect(toContainerId(map, host)).toBe(id)
      const inside = toContainerId(map, id)
      if (inside !== undefined) expect(toHostId(map, inside)).toBe(id)
    }),
  )
})

test('merging changes no id', () => {
  fc.assert(
    fc.property(built, fc.nat(260), (map, id) => {
      expect(toHostId(mergeMappings(map), id)).toBe(toHostId(map, id))
    }),
  )
})

test('lines are cut at the ends of extents and map the same ids', () => {
  fc.assert(
    fc.property(built, fc.uniqueArray(fc.integer({ min: 1, max: 259 }), { maxLength: 8 }), (map, cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), 260]
      const extents = ends.map((end, index) => ({ start: ends[index - 1] ?? 0, size: end - (ends[index - 1] ?? 0) }))
      const split = splitAtExtents(map, extents) ?? []
      for (let id = 0; id < 260; id++) expect(toHostId(split, id)).toBe(toHostId(map, id))
      for (const { hostID, size } of split) {
        expect(extents.some((one) => hostID >= one.start && hostID + size <= one.start + one.size)).toBe(true)
      }
    }),
  )
})

test('an id that is not there is said', () => {
  expect(splitAtExtents([{ containerID: 0, hostID: 5, size: 10 }], [{ start: 0, size: 10 }])).toBeUndefined()
  expect(splitAtExtents([{ containerID: 0, hostID: 5, size: 3 }], [{ start: 6, size: 10 }])).toBeUndefined()
})

/** Ids from 0 on. */
function ids(count: number) {
  const extents = [{ start: 0, size: count }]
  return { uids: extents, gids: extents }
}

test('free ranges never overlap what is taken, nor id 0', () => {
  const ranges = fc.array(fc.record({ start: fc.integer({ min: 1, max: 500 }), size: fc.integer({ min: 1, max: 90 }) }))
  fc.assert(
    fc.property(ranges, fc.integer({ min: 1, max: 200 }), (taken, size) => {
      const free = findFreeRange(ids(600), size, taken)
      if (!free) return
      expect(free.start).toBeGreaterThan(0)
      expect(free.start + free.size).toBeLessThanOrEqual(600)
      for (const one of taken) {
        expect(free.start >= one.start + one.size || one.start >= free.start + free.size).toBe(true)
      }
    }),
  )
})

test('a gap of just the size is found', () => {
  const taken = [
    { start: 1, size: 5 },
    { start: 16, size: 24 },
  ]
  expect(findFreeRange(ids(40), 10, taken)).toEqual({ start: 6, size: 10 })
  expect(findFreeRange(ids(40), 11, taken)).toBeUndefined()
  expect(findFreeRange(ids(11), 10, [])).toEqual({ start: 1, size: 10 })
  expect(findFreeRange(ids(10), 10, [])).toBeUndefined()
})

test('a range lies where there are users and groups, across lines without a gap between them', () => {
  const uids = [
    { start: 100, size: 50 },
    { start: 150, size: 50 },
  ]
  expect(findFreeRange({ uids, gids: uids }, 90, [])).toEqual({ start: 100, size: 90 })
  expect(findFreeRange({ uids, gids: [{ start: 140, size: 500 }] }, 60, [])).toEqual({ start: 140, size: 60 })
  expect(findFreeRange({ uids, gids: [{ start: 140, size: 500 }] }, 61, [])).toBeUndefined()
})
