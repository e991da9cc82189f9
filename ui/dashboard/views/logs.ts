import { printableLogLine } from '../../text/printable.ts'
import { cut, wrap } from '../fit-to.ts'
import type { Line, Span } from '../line.ts'
import { logLines, matchesSearch } from '../log-view.ts'
import { bodyHeight, type Model, type View } from '../model.ts'

type Logs = Extract<View, { readonly type: 'logs' }>

/** The lines of a log that are on the screen, with a title. Pure. */
export function drawLogs(model: Model, { target, log }: Logs): readonly Line[] {
  const marks = [log.isFollowing ? 'following' : 'paused', log.isWrapped ? 'wrapped' : '', log.hasEnded ? 'ended' : '']
  const title = `logs of ${target.name}: ${marks.filter(Boolean).join(', ')}${log.search === '' ? '' : `, /${log.search}`}`
  return [[{ text: cut(title, model.columns), isBold: true }], ...drawBody(model, { log })]
}

function drawBody(model: Model, { log }: Pick<Logs, 'log'>): readonly Line[] {
  const lines = logLines(log)
  const height = bodyHeight(model)
  if (lines.length === 0) return [[{ text: '  nothing yet', isDim: true }]]
  const bottom = log.isFollowing ? lines.length : Math.min(log.bottom, lines.length)
  const draw = (index: number): readonly Line[] => drawLine(model, log, index)
  let shown: readonly Line[] = []
  for (let at = bottom - 1; at >= 0 && shown.length < height; at--) shown = [...draw(at), ...shown]
  const hit = !log.isFollowing && log.found === bottom - 1 ? firstHit(draw(bottom - 1)) : 0
  shown = hit > height ? draw(bottom - 1).slice(-hit) : shown.slice(-height)
  for (let at = bottom; at < lines.length && shown.length < height; at++) shown = [...shown, ...draw(at)]
  return shown.slice(0, height)
}

/** How many pieces of a line there are from the first one with what was searched for. */
function firstHit(pieces: readonly Line[]): number {
  const at = pieces.findIndex((piece) => piece.some(({ isInverse }) => isInverse))
  return at < 0 ? 0 : pieces.length - at
}

function drawLine({ columns }: Model, log: Logs['log'], index: number): readonly Line[] {
  const text = printableLogLine(logLines(log)[index] ?? '')
  // With a search each line has a margin that says whether it was found, without colours, too.
  const isFound = matchesSearch(log, text)
  const margin = log.search === '' ? '' : index === log.found ? '> ' : isFound ? '* ' : '  '
  const width = Math.max(1, columns - margin.length)
  const pieces = log.isWrapped ? wrap(text, width) : [cut(text, width)]
  return pieces.map((piece) => [{ text: margin }, ...highlighted(piece, log.search)])
}

function highlighted(text: string, search: string): readonly Span[] {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase())
  if (at < 0) return [{ text }]
  const end = at + search.length
  return [{ text: text.slice(0, at) }, { text: text.slice(at, end), isInverse: true }, { text: text.slice(end) }]
}
