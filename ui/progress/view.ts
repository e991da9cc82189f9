/** Which way an image goes; a pull where nothing is said. */
export type TransferAction = 'pull' | 'push' | 'copy'

/** What happens during a pull, a push or a copy, as the storage tells it. Sizes are 0 where they are not known. */
export type PullEvent =
  | { readonly type: 'resolved'; readonly reference: string; readonly action?: TransferAction }
  | {
      readonly type: 'layer'
      readonly digest: string
      readonly phase: LayerPhase
      readonly doneBytes: number
      readonly totalBytes: number
    }

export type LayerPhase = 'waiting' | 'downloading' | 'unpacking' | 'done' | 'exists'

/** What is on the screen. Layers are in the order in which they were first heard of. */
export interface PullView {
  readonly action: TransferAction
  readonly reference: string | undefined
  readonly layers: readonly LayerView[]
}

export interface LayerView {
  readonly digest: string
  readonly phase: LayerPhase
  readonly doneBytes: number
  readonly totalBytes: number
  /** when the first of its bytes came, and how many were there then: a resumed download starts high */
  readonly startedAtMs: number | undefined
  readonly startBytes: number
  readonly lastAtMs: number
}

export const EMPTY_VIEW: PullView = { action: 'pull', reference: undefined, layers: [] }

/** The view after one more event; the old one is left as it is. */
export function applyEvent(view: PullView, event: PullEvent, nowMs: number): PullView {
  if (event.type === 'resolved') {
    return { action: event.action ?? 'pull', reference: event.reference, layers: view.layers }
  }
  const index = view.layers.findIndex((layer) => layer.digest === event.digest)
  const before = view.layers[index]
  const isLoading = event.phase === 'downloading'
  const isFirst = isLoading && before?.startedAtMs === undefined
  const layer: LayerView = {
    digest: event.digest,
    phase: event.phase,
    // What follows the download counts other bytes; the line keeps showing the download's.
    doneBytes: isLoading || !before ? event.doneBytes : Math.max(before.doneBytes, event.doneBytes),
    totalBytes: event.totalBytes || (before?.totalBytes ?? 0),
    startedAtMs: isFirst ? nowMs : before?.startedAtMs,
    startBytes: isFirst ? event.doneBytes : (before?.startBytes ?? 0),
    lastAtMs: isLoading || !before ? nowMs : before.lastAtMs,
  }
  const layers = index < 0 ? [...view.layers, layer] : view.layers.with(index, layer)
  return { ...view, layers }
}
