import { expect, test } from 'vitest'
import { searchTree } from './tree-search.ts'
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

test('search finds keys and values, and unfolds what hides them', () => {
  const selected = (of: typeof tree | undefined): string | undefined => of && treeNodes(of)[of.index]?.path.slice(1)
  const health = searchTree({ ...tree, search: 'HEALTH' }, 1, true)
  expect(selected(health)).toBe('State\u0000Health')
  const two = searchTree({ ...tree, search: '2' }, 1, true)
  expect(selected(two)).toBe('State\u0000Health\u0000Log\u00001')
  expect(two && shown(two)).toContain('   1 2')
  const value = { ...tree, search: 's' }
  const order = ['State', 'State\u0000Status', 'Args', 'Args\u00000', 'State']
  let now: typeof tree | undefined = searchTree(value, 1, true)
  for (const path of order) {
    expect(selected(now)).toBe(path)
    now = now && searchTree(now, 1)
  }
  expect(selected(now && searchTree(now, -1))).toBe('State')
  expect(searchTree({ ...tree, search: 'nowhere' }, 1)).toBeUndefined()
})

test('a search looks beyond what is shown of a list without an end', () => {
  const far = { ...openTree({ many: Array(10_000).fill(0), last: 'here' }), search: 'here' }
  expect(searchTree(far, 1, true)?.index).toBe(1)
})
