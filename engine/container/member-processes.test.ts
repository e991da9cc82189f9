import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withDescendants } from './member-processes.ts'

const tree = [
  { pid: 1, parent: 0 },
  { pid: 10, parent: 1 },
  { pid: 11, parent: 10 }, // the container's first process
  { pid: 12, parent: 11 },
  { pid: 13, parent: 12 },
  { pid: 20, parent: 1 }, // a monitor of an exec
  { pid: 21, parent: 20 },
]

test.for([
  [[11], [11, 12, 13]],
  [
    [11, 21],
    [11, 12, 13, 21],
  ],
  [[13], [13]],
  [[], []],
] as const)('%j and what descends from them', ([members, all]) => {
  const found = withDescendants(tree, ({ pid }) => (members as readonly number[]).includes(pid))
  expect(found.map(({ pid }) => pid).sort((a, b) => a - b)).toEqual(all)
})

test('a look at processes that change while it is taken ends, whatever it shows', () => {
  const process = fc.record({ pid: fc.nat(20), parent: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(process), fc.nat(20), (processes, first) => {
      const found = withDescendants(processes, ({ pid }) => pid === first)
      expect(new Set(found.map(({ pid }) => pid)).size).toBe(found.length)
    }),
  )
})
