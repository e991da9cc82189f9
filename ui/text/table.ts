/** Source: podman's report writer: tabwriter with minimal cell width 12, padding 2. */
const MINIMUM_WIDTH = 12
const PADDING = 2

/** Lines of a table in podman's layout: columns as wide as their widest cell and two spaces, the last not padded. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? MINIMUM_WIDTH, textWidth(cell) + PADDING)
    })
  }
  return rows.map((row) =>
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
