import stringWidth from 'string-width'
import { printable } from '../text/printable.ts'

/** How many columns a terminal gives to it. */
export function widthOf(text: string): number {
  return /^[\x20-\x7e▁-█…]*$/.test(text) ? text.length : stringWidth(text)
}

/** So many code points a column may have: what has no width of its own (accents) has no end otherwise. */
const POINTS_A_COLUMN = 4

/** The beginning of a text, made printable, that has room in so many columns; what is cut says so. */
export function cut(text: string, width: number): string {
  // what is behind is not worth looking at
  const shown = printable(text.slice(0, (width + 1) * 2 * POINTS_A_COLUMN))
  if (widthOf(shown) <= width && shown.length <= width * 2 * POINTS_A_COLUMN) return shown
  return width < 1 ? '' : `${head(shown, width - 1)}…`
}

/** As `cut`, and so many columns wide. */
export function fitTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = cut(text, width)
  const room = ' '.repeat(Math.max(0, width - widthOf(shown)))
  return align === 'left' ? shown + room : room + shown
}

/** A text in pieces of so many columns, at least one. It is printable already. */
export function wrap(text: string, width: number): readonly string[] {
  if (widthOf(text) <= width && text.length <= width * 2 * POINTS_A_COLUMN) return [text]
  const pieces: string[] = []
  for (let rest = text; rest !== ''; ) {
    const piece = head(rest, width) || [...rest].slice(0, 1).join('')
    pieces.push(piece)
    rest = rest.slice(piece.length)
  }
  return pieces
}

const graphemes = new Intl.Segmenter()

function head(text: string, width: number): string {
  let [used, end] = [0, 0]
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment)
    if (used > width || end + segment.length > width * 2 * POINTS_A_COLUMN) break
    end += segment.length
  }
  return text.slice(0, end)
}
