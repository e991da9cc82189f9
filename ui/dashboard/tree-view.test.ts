import { expect, test } from 'vitest'
import { foldNode, openTree, toggleAll, toggleNode, treeNodes } from './tree-view.ts'

const tree = openTree({ Id: 'a', State: { Status: 'running', Health: { Log: [1, 2] } }, Args: ['sleep'], None: {} })
const shown = (of: typeof tree): string[] =>
  treeNodes(of).map(({ depth, key, text }) => `${' '.repeat(depth)}${key} ${text}`.trimEnd())

test('what is deeper is folded until it is opened', () => {
  expect(shown(tree)).toEqual(['Id "a"', 'State { 2 }', 'Args [ 1 ]', 'None {}'])
  const state = toggleNode({ ...tree, index: 1 })
  expect(shown(state)).toEqual(['Id "a"', 'State', ' Status "running"', ' Health { 1 }', 'Args [ 1 ]', 'None {}'])
  expect(shown(toggleNode(state))).toEqual(shown(tree))
})

test('left folds what is open, and leads out of what is not', () => {
  const inside = { ...toggleNode({ ...tree, index: 1 }), index: 3 }
  expect(foldNode(inside).index).toBe(1)
  expect(shown(foldNode(foldNode(inside)))).toEqual(shown(tree))
})

test('all of it, and back', () => {
  expect(shown(toggleAll(tree))).toContain('   1 2')
  expect(shown(toggleAll(toggleAll(tree)))).toEqual(shown(tree))
})

test('a value without an end shows as far as there is room', () => {
  const deep = JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`)
  expect(treeNodes(toggleAll(openTree([deep]))).length).toBeLessThan(100)
  expect(treeNodes(openTree(Array(20_000).fill(0))).length).toBe(5000)
})
