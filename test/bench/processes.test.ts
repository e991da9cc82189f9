import { expect, test } from 'vitest'
import { processesOfUser, treeOf } from './processes.ts'

test('this process is one of the user', () => {
  expect(processesOfUser()).toContainEqual(expect.objectContaining({ pid: process.pid, parent: process.ppid }))
})

test('a process and all below it, in whatever order they are listed', () => {
  const processes = [
    [5, 3],
    [3, 2],
    [2, 1],
    [4, 1],
    [1, 0],
  ].map(([pid = 0, parent = 0]) => ({ pid, parent, name: 'x' }))
  expect([...treeOf(2, processes)].sort()).toEqual([2, 3, 5])
  expect(treeOf(9, processes)).toEqual(new Set())
})
