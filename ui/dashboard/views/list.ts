import { type Column, GAP, type PlacedColumn, placeColumns } from '../columns.ts'
import { fitTo } from '../fit-to.ts'
import type { Line } from '../line.ts'
import { bodyHeight, type Model } from '../model.ts'
import { listRows, type Row } from '../rows.ts'
import { columnsOf } from './list-columns.ts'

/** In front of the selected row, so that it is told without colours, too. */
const MARK = '> '

/** The headings, and those rows of the list that are on the screen. Pure. */
export function drawList(model: Model): readonly Line[] {
  const rows = listRows(model)
  const columns = placeColumns(needed(columnsOf(model), rows), model.columns - MARK.length)
  const { index, top } = model.places[model.tab]
  const shown = rows.slice(top, top + bodyHeight(model))
  if (rows.length === 0) return [headings(columns), [{ text: `  ${nothing(model)}`, isDim: true }]]
  return [headings(columns), ...shown.map((row, at) => line(columns, row, top + at === index))]
}

/** No column is wider than what is in it, so that those beside it have the room. */
function needed(columns: readonly Column<Row>[], rows: readonly Row[]): readonly Column<Row>[] {
  return columns.map((column) => {
    if (column.maximum <= column.width || column.heading === '') return column
    const widest = rows.reduce((width, row) => Math.max(width, column.cell(row).text.length), column.width)
    return { ...column, maximum: Math.min(column.maximum, widest) }
  })
}

function headings(columns: readonly PlacedColumn<Row>[]): Line {
  const cells = columns.map(({ heading, placedWidth, align }) => fitTo(heading, placedWidth, align))
  return [{ text: ' '.repeat(MARK.length) + cells.join(' '.repeat(GAP)), isDim: true }]
}

function line(columns: readonly PlacedColumn<Row>[], row: Row, isSelected: boolean): Line {
  const cells = columns.flatMap((column, at) => {
    const { text, colour, isDim = false } = column.cell(row)
    // A graph is as long as its history; the newest is at its right.
    const whole = column.heading === '' ? text.slice(-column.placedWidth) : text
    const shown = (at === 0 ? '' : ' '.repeat(GAP)) + fitTo(whole, column.placedWidth, column.align)
    return isSelected ? { text: shown, isInverse: true } : { text: shown, colour, isDim }
  })
  return [isSelected ? { text: MARK, isInverse: true } : { text: ' '.repeat(MARK.length) }, ...cells]
}

function nothing({ filter, tab, isAll }: Model): string {
  const isPart = tab === 'containers' && !isAll
  if (filter !== '' && isPart)
    return `no containers that run match ${JSON.stringify(filter)}: "a" looks at all, esc shows all that run`
  if (filter !== '') return `no ${tab} match ${JSON.stringify(filter)}: esc shows all`
  return isPart ? 'no containers run: "a" shows all' : `no ${tab}`
}
