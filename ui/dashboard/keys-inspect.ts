import type { Effect, Key } from './happening.ts'
import { bodyHeight, type Model, type View } from './model.ts'
import { moveOf } from './moves.ts'
import { scrolledTo } from './place.ts'
import { searchTree } from './tree-search.ts'
import { foldNode, type TreeView, toggleAll, toggleNode, treeNodes } from './tree-view.ts'

/** Keys of inspect: move, fold, search, copy a value. Pure. */
export function onInspectKey(
  model: Model,
  view: Extract<View, { readonly type: 'inspect' }>,
  key: Key,
): readonly [Model, readonly Effect[]] {
  const { tree } = view
  const show = (next: TreeView): readonly [Model, readonly Effect[]] => [
    { ...model, view: { ...view, tree: keepSelected(next, bodyHeight(model)) } },
    [],
  ]
  const selected = treeNodes(tree)[tree.index]
  if (key.name === 'return' || key.text === ' ') return show(toggleNode(tree))
  if (key.name === 'right' || key.text === 'l')
    return show(selected?.isOpen ? { ...tree, index: tree.index + 1 } : toggleNode(tree))
  if (key.name === 'left' || key.text === 'h') return show(foldNode(tree))
  if (key.text === 'e') return show(toggleAll(tree))
  if (key.text === '/') return [{ ...model, prompt: { type: 'search', text: '' } }, []]
  if (key.text === 'n' || key.text === 'N') {
    const found = searchTree(tree, key.text === 'n' ? 1 : -1)
    return show(found ? amid(found, bodyHeight(model)) : tree)
  }
  if (key.text === 'y' && selected && !selected.isFoldable) {
    const notice = { text: `copied ${selected.key}`, isError: false }
    return [{ ...model, notice }, [{ type: 'copy', text: selected.text.replace(/^"(.*)"$/s, '$1') }]]
  }
  const by = moveOf(key, model)
  return by === 0 ? [model, []] : show({ ...tree, index: tree.index + by })
}

/** Searches anew, from what is selected on; undefined where that is nowhere. */
export function searchInspect(tree: TreeView, search: string, height: number): TreeView | undefined {
  const found = searchTree({ ...tree, search }, 1, true)
  return found && keepSelected(amid(found, height), height)
}

/** What is not on the screen is in the middle of it, where what is around it can be seen. */
function amid(tree: TreeView, height: number): TreeView {
  const isShown = tree.index >= tree.top && tree.index < tree.top + height
  return isShown ? tree : { ...tree, top: tree.index - Math.floor(height / 2) }
}

/** As much above the selected row as it takes for that to be on the screen. */
export function keepSelected(tree: TreeView, height: number): TreeView {
  const count = treeNodes(tree).length
  const index = Math.max(0, Math.min(tree.index, count - 1))
  return { ...tree, index, top: scrolledTo(tree.top, { index, count, height }) }
}
