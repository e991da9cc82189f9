import { cut } from '../fit-to.ts'
import type { Span } from '../line.ts'
import type { Hit } from '../search.ts'

/** A piece of a text, `start` characters behind its beginning, with what the hits have of it the other way round. Pure. */
export function highlight(piece: Span, start: number, hits: readonly Hit[]): readonly Span[] {
  const { text, isInverse = false } = piece
  const spans: Span[] = []
  let done = 0
  for (const [from, to] of hits) {
    const [first, end] = [Math.max(done, from - start), Math.min(text.length, to - start)]
    if (first >= end) continue
    spans.push({ ...piece, text: text.slice(done, first) })
    spans.push({ ...piece, text: text.slice(first, end), isInverse: !isInverse, isDim: false })
    done = end
  }
  return [...spans, { ...piece, text: text.slice(done) }].filter((span) => span.text !== '')
}

/** As much of a printable text as has room, with its hits; what is cut says so. */
export function cutPieces(text: string, width: number): { readonly head: string; readonly ellipsis: string } {
  const shown = cut(text, width)
  return shown === text ? { head: text, ellipsis: '' } : { head: shown.slice(0, -1), ellipsis: shown.slice(-1) }
}
