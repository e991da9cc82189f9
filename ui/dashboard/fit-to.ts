import stringWidth from 'string-width'
import { printable } from '../text/printable.ts'

const PLAIN = /^[\x20-\x7e▁-█…]*$/

/** How many columns a terminal gives to it. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

const graphemes = new Intl.Segmenter()

/** Found once, as that takes microseconds: of a screen that changes most graphemes have been there before. */
const widths = new Map<string, number>()
const MAX_WIDTHS = 4000
const MAX_REMEMBERED = 16

function graphemeWidth(grapheme: string): number {
  const known = widths.get(grapheme)
  if (known !== undefined) return known
  const width = stringWidth(grapheme)
  if (widths.size >= MAX_WIDTHS) widths.clear()
  if (grapheme.length <= MAX_REMEMBERED) widths.set(grapheme, width)
  return width
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
  if (text.length <= width && PLAIN.test(text)) return [text]
  const pieces: string[] = []
  let [start, end, used] = [0, 0, 0]
  for (const { segment } of graphemes.segment(text)) {
    // What has no end of its own is no piece either.
    for (const part of segment.length > width * 2 * POINTS_A_COLUMN ? segment : [segment]) {
      const more = graphemeWidth(part)
      if (end > start && (used + more > width || end - start + part.length > width * 2 * POINTS_A_COLUMN)) {
        pieces.push(text.slice(start, end))
        ;[start, used] = [end, 0]
      }
      used += more
      end += part.length
    }
  }
  return [...pieces, text.slice(start)]
}

function head(text: string, width: number): string {
  let [used, end] = [0, 0]
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width || end + segment.length > width * 2 * POINTS_A_COLUMN) break
    end += segment.length
  }
  return text.slice(0, end)
}
