import { printable } from '../../text/printable.ts'
import { cut } from '../fit-to.ts'
import type { Line, Span } from '../line.ts'
import { bodyHeight, type Model, type View } from '../model.ts'
import { hasHit, hitsIn, patternOf } from '../search.ts'
import { nodeText } from '../tree-search.ts'
import { type TreeNode, treeNodes } from '../tree-view.ts'
import { targetName } from '../words.ts'
import { cutPieces, highlight } from './highlight.ts'

interface Look {
  readonly columns: number
  readonly pattern: RegExp | undefined
  readonly isSelected: boolean
}

/** What is known of something, as far as it is unfolded. Pure. */
export function drawInspect(
  model: Model,
  { target, tree }: Extract<View, { readonly type: 'inspect' }>,
): readonly Line[] {
  const { columns } = model
  const pattern = patternOf(tree.search)
  const nodes = treeNodes(tree).slice(tree.top, tree.top + bodyHeight(model))
  const title = `${targetName(target)}${tree.search === '' ? '' : `: /${tree.search}`}`
  return [
    [{ text: cut(title, columns), isBold: true }],
    ...nodes.map((node, at) => drawNode(node, { columns, pattern, isSelected: tree.top + at === tree.index })),
  ]
}

/** In front of the selected row, and of those with a hit, so that they are told without colours, too. */
function drawNode(node: TreeNode, { columns, pattern, isSelected }: Look): Line {
  const { depth, key, text, isFoldable, isOpen } = node
  const margin = isSelected ? '> ' : hasHit(nodeText(node), pattern) ? '* ' : '  '
  const mark = isFoldable ? (isOpen ? 'v ' : '+ ') : '  '
  const before = `${margin}${'  '.repeat(Math.min(depth, 20))}${mark}`
  const name = cut(key, Math.max(8, Math.floor(columns / 2)))
  const words = `${name}${text === '' ? '' : ` ${printable(text)}`}`
  const { head, ellipsis } = cutPieces(`${before}${words}`, columns)
  const hits = hitsIn(words, pattern)
  const nameEnd = before.length + name.length
  const colours: readonly Span[] = [
    { text: head.slice(0, before.length), isDim: true },
    { text: head.slice(before.length, nameEnd), colour: 'cyan' },
    { text: head.slice(nameEnd), isDim: isFoldable },
    { text: ellipsis, isDim: isFoldable },
  ]
  let start = -before.length
  return colours.flatMap((span) => {
    const spans = highlight(isSelected ? { text: span.text, isInverse: true } : span, start, hits)
    start += span.text.length
    return spans
  })
}
