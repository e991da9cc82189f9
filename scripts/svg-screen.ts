import type { IBufferCell, Terminal } from '@xterm/headless'

const CELL_WIDTH = 8.4
const LINE_HEIGHT = 18
const MARGIN = 12
const FOREGROUND = '#d8dee9'
const BACKGROUND = '#1b1f27'
/** Of a terminal's palette, the first eight and their bright ones. */
const PALETTE = ['#3b4252', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9']

interface Run {
  readonly column: number
  readonly columns: number
  readonly text: string
  readonly foreground: string
  readonly background: string | undefined
  readonly isBold: boolean
  readonly isDim: boolean
}

/** What a terminal shows, as a picture: text stays text. Pure but for what the terminal holds. */
export function svgOfScreen(terminal: Terminal, title: string): string {
  const width = Math.ceil(terminal.cols * CELL_WIDTH + 2 * MARGIN)
  const height = terminal.rows * LINE_HEIGHT + 2 * MARGIN
  const lines = Array.from({ length: terminal.rows }, (_, row) => svgOfRow(runsOf(terminal, row), row)).filter(Boolean)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    ...lines,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** Cells beside each other that look the same. */
function runsOf({ buffer, cols }: Terminal, row: number): readonly Run[] {
  const line = buffer.active.getLine(buffer.active.baseY + row)
  const runs: Run[] = []
  for (let column = 0; column < cols; column++) {
    const cell = line?.getCell(column)
    if (!cell || cell.getWidth() === 0) continue
    const run = runOf(cell, column)
    const last = runs.at(-1)
    if (last && looksSame(last, run)) {
      runs[runs.length - 1] = { ...last, text: last.text + run.text, columns: last.columns + run.columns }
    } else runs.push(run)
  }
  return runs
}

function runOf(cell: IBufferCell, column: number): Run {
  const own = cell.isFgPalette() ? colourOf(cell.getFgColor()) : FOREGROUND
  const behind = cell.isBgPalette() ? colourOf(cell.getBgColor()) : undefined
  const isInverse = cell.isInverse() !== 0
  return {
    column,
    columns: cell.getWidth(),
    text: cell.getChars() || ' ',
    foreground: isInverse ? (behind ?? BACKGROUND) : own,
    background: isInverse ? own : behind,
    isBold: cell.isBold() !== 0,
    isDim: cell.isDim() !== 0,
  }
}

function colourOf(index: number): string {
  return PALETTE[index % PALETTE.length] ?? FOREGROUND
}

function looksSame(one: Run, other: Run): boolean {
  return (
    one.foreground === other.foreground &&
    one.background === other.background &&
    one.isBold === other.isBold &&
    one.isDim === other.isDim
  )
}

function svgOfRow(runs: readonly Run[], row: number): string {
  const top = MARGIN + row * LINE_HEIGHT
  const parts = runs.flatMap(({ column, columns, text, foreground, background, isBold, isDim }) => {
    const behind = background ? [rectangle({ column, columns, top, fill: background })] : []
    const shown = text.trim()
    if (shown === '') return behind
    const before = text.length - text.trimStart().length
    const cells = columns - before - (text.length - text.trimEnd().length)
    const look = `${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity="0.6"' : ''}`
    // As wide as its cells, whatever font there is.
    const size = `textLength="${(cells * CELL_WIDTH).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`
    const x = (MARGIN + (column + before) * CELL_WIDTH).toFixed(1)
    return [...behind, `<text x="${x}" y="${top + 13}" ${size} fill="${foreground}"${look}>${escaped(shown)}</text>`]
  })
  return parts.join('\n')
}

function rectangle(place: {
  readonly column: number
  readonly columns: number
  readonly top: number
  readonly fill: string
}): string {
  const [x, width] = [MARGIN + place.column * CELL_WIDTH, place.columns * CELL_WIDTH].map((value) => value.toFixed(1))
  return `<rect x="${x}" y="${place.top}" width="${width}" height="${LINE_HEIGHT}" fill="${place.fill}"/>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
