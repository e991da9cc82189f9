import { headLine, plainLine, renderView } from './render.ts'
import { applyEvent, EMPTY_VIEW, type PullEvent } from './view.ts'

/** Redraws are at least this far apart. */
const FRAME_MS = 100

/** Clears from the cursor to the end of the screen. Source: ECMA-48, ED. */
const CLEAR_BELOW = '\u001b[J'

export interface ProgressTarget {
  readonly isTerminal: boolean
  columns(): number
  write(text: string): void
  now(): number
}

export interface ProgressWriter {
  event(event: PullEvent): void
  /** a line that stays, above what is redrawn */
  note(line: string): void
  /** draws the last state; nothing is redrawn after it */
  end(): void
}

/**
 * Shows a pull or a push: lines that are redrawn on a terminal, else one line for each finished layer.
 * No timer: it draws when an event comes and the last drawing is old enough.
 */
export function openProgress(target: ProgressTarget): ProgressWriter {
  let view = EMPTY_VIEW
  let drawnLines = 0
  let drawnAtMs = Number.NEGATIVE_INFINITY
  let isStale = false

  const goBack = (): string => (drawnLines > 0 ? `\u001b[${drawnLines}A\r${CLEAR_BELOW}` : '')
  const draw = (): void => {
    const lines = renderView(view, target.columns())
    target.write(goBack() + lines.map((line) => `${line}\n`).join(''))
    drawnLines = lines.length
    drawnAtMs = target.now()
    isStale = false
  }

  return {
    event(event) {
      view = applyEvent(view, event, target.now())
      if (!target.isTerminal) {
        for (const line of plainEvent(event)) target.write(`${line}\n`)
        return
      }
      isStale = true
      if (target.now() - drawnAtMs >= FRAME_MS) draw()
    },
    note(line) {
      target.write(`${goBack()}${line}\n`)
      drawnLines = 0
      if (target.isTerminal && view !== EMPTY_VIEW) draw()
    },
    end() {
      if (target.isTerminal && isStale) draw()
      drawnLines = 0
    },
  }

  function plainEvent(event: PullEvent): string[] {
    if (event.type === 'resolved') return [headLine(event.action ?? 'pull', event.reference)]
    if (event.phase !== 'done' && event.phase !== 'exists') return []
    const layer = view.layers.find(({ digest }) => digest === event.digest)
    return layer ? [plainLine(layer, view.action)] : []
  }
}
