import { expect, test } from 'vitest'
import { ownerWords } from './describe-owner.ts'

const lines = [
  { containerID: 0, hostID: 1000, size: 1 },
  { containerID: 1, hostID: 100_000, size: 65_536 },
]
const own = { extents: [], ofMachine: lines }
const all = { extents: [], ofMachine: [{ containerID: 0, hostID: 0, size: 2 ** 32 - 1 }] }

test.for([
  [{ uid: 0, gid: 0 }, own, '1000:1000', true],
  [{ uid: 5, gid: 0 }, own, '100004:1000', true],
  [{ uid: 65_534, gid: 65_534 }, own, 'somebody else, whose id you do not have', false],
  [{ uid: 65_534, gid: 7 }, all, '65534:7', true],
] as const)('%j', ([owner, ids, words, isOurs]) => {
  expect(ownerWords(owner, { uids: ids, gids: ids })).toEqual({ words, isOurs })
})
