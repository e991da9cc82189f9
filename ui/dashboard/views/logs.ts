import { formatSize } from '../../text/sizes.ts'
import { cut, wrap } from '../fit-to.ts'
import type { Line } from '../line.ts'
import { isGap, lineCount, shownLine } from '../log-view.ts'
import { bodyHeight, type Model, type View } from '../model.ts'
import { hitsIn, patternOf } from '../search.ts'
import { cutPieces, highlight } from './highlight.ts'

type Logs = Extract<View, { readonly type: 'logs' }>

/** The lines of a log that are on the screen, with a title. Pure. */
export function drawLogs(model: Model, { target, log }: Logs): readonly Line[] {
  const { isFollowing, isWrapped, hasEnded, skippedBytes } = log
  const marks = [isFollowing ? 'following' : 'paused', isWrapped ? 'wrapped' : '', hasEnded ? 'ended' : '']
  if (log.search !== '') marks.push(`/${log.search}`)
  if (skippedBytes > 0) marks.push(`${formatSize(skippedBytes)} left out`)
  const title = `logs of ${target.name}: ${marks.filter(Boolean).join(', ')}`
  return [[{ text: cut(title, model.columns), isBold: true }], ...drawBody(model, { log })]
}

function drawBody(model: Model, { log }: Pick<Logs, 'log'>): readonly Line[] {
  const count = lineCount(log)
  const height = bodyHeight(model)
  if (count === 0) return [[{ text: '  nothing yet', isDim: true }]]
  const bottom = log.isFollowing ? count : Math.min(log.bottom, count)
  const draw = (index: number): readonly Line[] => drawLine(model, log, index)
  let shown: readonly Line[] = []
  for (let at = bottom - 1; at >= 0 && shown.length < height; at--) shown = [...draw(at), ...shown]
  const hit = !log.isFollowing && log.found === bottom - 1 ? firstHit(draw(bottom - 1)) : 0
  shown = hit > height ? draw(bottom - 1).slice(-hit) : shown.slice(-height)
  for (let at = bottom; at < count && shown.length < height; at++) shown = [...shown, ...draw(at)]
  return shown.slice(0, height)
}

/** How many pieces of a line there are from the first one with what was searched for. */
function firstHit(pieces: readonly Line[]): number {
  const at = pieces.findIndex((piece) => piece.some(({ isInverse }) => isInverse))
  return at < 0 ? 0 : pieces.length - at
}

function drawLine({ columns }: Model, log: Logs['log'], index: number): readonly Line[] {
  const text = shownLine(log, index)
  const isDim = isGap(log, index)
  const hits = isDim ? [] : hitsIn(text, patternOf(log.search))
  // With a search each line has a margin that says whether it was found, without colours, too.
  const margin = log.search === '' ? '' : index === log.found ? '> ' : hits.length > 0 ? '* ' : '  '
  const width = Math.max(1, columns - margin.length)
  if (!log.isWrapped) {
    const { head, ellipsis } = cutPieces(text, width)
    return [[{ text: margin }, ...highlight({ text: head, isDim }, 0, hits), { text: ellipsis, isDim }]]
  }
  let start = 0
  return wrap(text, width).map((piece) => {
    const spans = highlight({ text: piece, isDim }, start, hits)
    start += piece.length
    return [{ text: margin }, ...spans]
  })
}
