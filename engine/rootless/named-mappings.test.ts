import { expect, test } from 'vitest'
import { placeRanges } from './named-mappings.ts'
import { parseOwnIds } from './own-ids.ts'

const OWN = parseOwnIds(
  '         0       1000          1\n         1     100000      65536\n     65537     300000       1000\nnonsense\n',
)

test('ids of here, and which of the machine they are', () => {
  expect(OWN.extents).toEqual([
    { start: 0, size: 1 },
    { start: 1, size: 65536 },
    { start: 65537, size: 1000 },
  ])
  expect(OWN.ofMachine[1]).toEqual({ containerID: 1, hostID: 100000, size: 65536 })
})

test("the ranges of a name become the container's ids from 0 on", () => {
  const ranges = [
    { start: 300000, count: 10 },
    { start: 100005, count: 100 },
  ]
  expect(placeRanges(ranges, OWN, 'web in /etc/subuid')).toEqual([
    { containerID: 0, hostID: 65537, size: 10 },
    { containerID: 10, hostID: 6, size: 100 },
  ])
})

test('ranges of others, or none', () => {
  expect(() => placeRanges([], OWN, 'web in /etc/subuid')).toThrow('there is no range for web in /etc/subuid')
  expect(() => placeRanges([{ start: 165000, count: 1000 }], OWN, 'web in /etc/subuid')).toThrow(
    'the range 165000-165999 of web in /etc/subuid is not among your own ids',
  )
})
