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
 * Which columns have room in `width`, and how much each gets: the least first, by importance, then
 * what is left, one column each in turn. Pure.
 */
export function placeColumns<Row>(columns: readonly Column<Row>[], width: number): readonly PlacedColumn<Row>[] {
  const chosen = new Set<Column<Row>>()
  let used = -GAP
  for (const column of [...columns].sort((one, other) => one.importance - other.importance)) {
    if (column.importance > 0 && used + GAP + column.width > width) break
    used += GAP + column.width
    chosen.add(column)
  }
  const placed = columns
    .filter((column) => chosen.has(column))
    .map((column) => ({ ...column, placedWidth: column.width }))
  for (let left = width - used; left > 0; ) {
    const growing = placed.filter(({ placedWidth, maximum }) => placedWidth < maximum).slice(0, left)
    if (growing.length === 0) break
    for (const column of growing) column.placedWidth++
    left -= growing.length
  }
  return placed
}
