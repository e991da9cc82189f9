import { cut, widthOf } from '../fit-to.ts'
import type { Line, Span } from '../line.ts'
import { bodyHeight, type Model } from '../model.ts'
import { drawBody } from './body.ts'
import { drawBottom } from './bottom.ts'
import { drawHeader } from './header.ts'

/** The whole screen, line by line, as many as the terminal has. Pure. */
export function drawScreen(model: Model): readonly Line[] {
  const body = drawBody(model)
  const height = bodyHeight(model) + 1
  const lines = [
    drawHeader(model),
    ...Array.from({ length: height }, (_, row) => body[row] ?? []),
    ...drawBottom(model),
  ]
  return lines.slice(0, model.rows).map((line) => clipped(joined(line), model.columns))
}

/** Lines that are as they were are the same ones: what shows them has nothing to do. */
export function keepSame(before: readonly Line[], now: readonly Line[]): readonly Line[] {
  const kept = now.map((line, row) => {
    const last = before[row]
    return last && isSame(last, line) ? last : line
  })
  return kept.length === before.length && kept.every((line, row) => line === before[row]) ? before : kept
}

/** A terminal may be narrower than what cannot be left out. */
function clipped(line: Line, columns: number): Line {
  let left = columns
  if (line.reduce((width, { text }) => width + widthOf(text), 0) <= columns) return line
  return line.map((span) => {
    const text = cut(span.text, left)
    left -= widthOf(text)
    return { ...span, text }
  })
}

/** Pieces that look the same are one. */
function joined(line: Line): Line {
  const pieces: Span[] = []
  for (const span of line) {
    const last = pieces.at(-1)
    if (last && looksSame(last, span)) pieces[pieces.length - 1] = { ...last, text: last.text + span.text }
    else pieces.push(span)
  }
  return pieces
}

function isSame(one: Line, other: Line): boolean {
  return (
    one.length === other.length &&
    one.every((span, at) => {
      const second = other[at]
      return second !== undefined && span.text === second.text && looksSame(span, second)
    })
  )
}

function looksSame(one: Span, other: Span): boolean {
  return (
    one.colour === other.colour &&
    Boolean(one.isBold) === Boolean(other.isBold) &&
    Boolean(one.isDim) === Boolean(other.isDim) &&
    Boolean(one.isInverse) === Boolean(other.isInverse)
  )
}
