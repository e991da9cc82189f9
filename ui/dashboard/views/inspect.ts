import { cut } from '../fit-to.ts'
import type { Line } from '../line.ts'
import { bodyHeight, type Model, type View } from '../model.ts'
import { type TreeNode, treeNodes } from '../tree-view.ts'
import { targetName } from '../words.ts'

/** What is known of something, as far as it is unfolded. Pure. */
export function drawInspect(
  model: Model,
  { target, tree }: Extract<View, { readonly type: 'inspect' }>,
): readonly Line[] {
  const nodes = treeNodes(tree).slice(tree.top, tree.top + bodyHeight(model))
  return [
    [{ text: cut(targetName(target), model.columns), isBold: true }],
    ...nodes.map((node, at) => drawNode(node, model.columns, tree.top + at === tree.index)),
  ]
}

function drawNode({ depth, key, text, isFoldable, isOpen }: TreeNode, columns: number, isSelected: boolean): Line {
  const mark = isFoldable ? (isOpen ? 'v ' : '+ ') : '  '
  const before = `${isSelected ? '> ' : '  '}${'  '.repeat(Math.min(depth, 20))}${mark}`
  const name = cut(key, Math.max(8, Math.floor(columns / 2)))
  const value = text === '' ? '' : ` ${text}`
  const shown = cut(`${before}${name}${value}`, columns)
  if (isSelected) return [{ text: shown, isInverse: true }]
  const nameEnd = before.length + name.length
  return [
    { text: shown.slice(0, before.length), isDim: true },
    { text: shown.slice(before.length, nameEnd), colour: 'cyan' },
    { text: shown.slice(nameEnd), isDim: isFoldable },
  ]
}
