import type { Colour } from './line.ts'

/** A column of a list. */
export interface Column<Row> {
  readonly heading: string
  /** it is there only where all that are more important have this width */
  readonly width: number
  /** what it takes where there is room */
  readonly maximum: number
  /** 0 is never left out */
  readonly importance: number
  readonly align?: 'left' | 'right'
  readonly cell: (row: Row) => Cell
}

export interface Cell {
  readonly text: string
  readonly colour?: Colour | undefined
  readonly isDim?: boolean
}

export interface PlacedColumn<Row> extends Column<Row> {
  readonly placedWidth: number
}

/** Between two columns. */
export const GAP = 2

/**
 * Which columns have room in `width`, and how much each gets: the most important first, as long as
 * the least of one has room; then each, in that order, as much as it takes of what is left. Pure.
 */
export function placeColumns<Row>(columns: readonly Column<Row>[], width: number): readonly PlacedColumn<Row>[] {
  const widths = new Map<Column<Row>, number>()
  let left = width + GAP
  const byImportance = [...columns].sort((one, other) => one.importance - other.importance)
  for (const column of byImportance) {
    if (column.importance > 0 && column.width + GAP > left) break
    widths.set(column, column.width)
    left -= column.width + GAP
  }
  for (const column of byImportance) {
    const more = Math.max(0, Math.min(left, column.maximum - column.width))
    if (!widths.has(column)) break
    widths.set(column, column.width + more)
    left -= more
  }
  return columns.flatMap((column) => {
    const placedWidth = widths.get(column)
    return placedWidth === undefined ? [] : { ...column, placedWidth }
  })
}
