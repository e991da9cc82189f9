import { printable } from './printable.ts'

export interface TableLayout {
  /** of a column, with the space behind it */
  readonly minimumWidth: number
  readonly padding: number
}

/** Source: podman's report writer, a tabwriter. */
const PODMAN: TableLayout = { minimumWidth: 12, padding: 2 }

/** Lines of a table: columns as wide as their widest cell and some spaces, the last not padded. Cells may be anybody's text. */
export function formatTable(rows: readonly (readonly string[])[], layout: TableLayout = PODMAN): string[] {
  const widths: number[] = []
  const shown = rows.map((row) => row.map(printable))
  for (const row of shown) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? layout.minimumWidth, textWidth(cell) + layout.padding)
    })
  }
  return shown.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : pad(cell, widths[column] ?? 0))).join(''),
  )
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - textWidth(cell)))
}

/** tabwriter counts code points, so we do. */
function textWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length
}
