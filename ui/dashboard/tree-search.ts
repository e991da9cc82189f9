import { printable } from '../text/printable.ts'
import { hasHit, nextHit, patternOf } from './search.ts'
import { allNodes, openTo, type TreeNode, type TreeView, treeNodes } from './tree-view.ts'

/** The words of a node, as they are drawn where there is room. */
export function nodeText({ key, text }: TreeNode): string {
  return printable(text === '' ? key : `${key} ${text}`)
}

/**
 * Selects the next node whose key or value has what is searched for, and unfolds what hides it; undefined where
 * there is none. A search that begins may find the selected one itself.
 */
export function searchTree(tree: TreeView, direction: 1 | -1, isNew = false): TreeView | undefined {
  const pattern = patternOf(tree.search)
  const nodes = allNodes(tree.value)
  const selected = treeNodes(tree)[tree.index]?.path
  const at = nodes.findIndex(({ path }) => path === selected)
  const found = nextHit(nodes.length, { from: isNew ? at - direction : at, direction }, (index) => {
    const node = nodes[index]
    return node !== undefined && hasHit(nodeText(node), pattern)
  })
  const path = found === undefined ? undefined : nodes[found]?.path
  return path === undefined ? undefined : openTo(tree, path)
}
