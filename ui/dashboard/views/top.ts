import { cut, fitTo, widthOf } from '../fit-to.ts'
import type { Line } from '../line.ts'
import { bodyHeight, type Model, type View } from '../model.ts'

/** No column of processes is wider, but for the last, the command. */
const MAX_WIDTH = 20

/** The processes of a container. Pure. */
export function drawTop(model: Model, { table, top }: Extract<View, { readonly type: 'top' }>): readonly Line[] {
  const rows = table.rows.slice(top, top + bodyHeight(model))
  const widths = table.headings.map((heading, at) =>
    Math.min(MAX_WIDTH, Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[at] ?? '')))),
  )
  const last = table.headings.length - 1
  const text = (cells: readonly string[]): string =>
    cut(
      cells.map((cell, at) => (at === last ? cut(cell, model.columns) : fitTo(cell, widths[at] ?? 0))).join('  '),
      model.columns,
    )
  return [[{ text: text(table.headings), isDim: true }], ...rows.map((row): Line => [{ text: text(row) }])]
}
