import { formatSize } from '../text/sizes.ts'
import { shortId } from '../text/truncate.ts'
import type { LayerPhase, LayerView, PullView, TransferAction } from './view.ts'

const BAR_CELLS = 20

/** Lines for a terminal `width` columns wide, none longer than that, so that redrawing can count them. */
export function renderView(view: PullView, width: number): string[] {
  const head = view.reference === undefined ? [] : [headLine(view.action, view.reference)]
  const lines = view.layers.map((layer) => renderLayer(layer, view.action))
  return [...head, ...lines, ...totalLine(view)].map((line) => [...line].slice(0, Math.max(1, width - 1)).join(''))
}

const ACTIONS: Readonly<Record<TransferAction, { head: string; moving: string; moved: string; exists: string }>> = {
  pull: { head: 'Pulling', moving: 'downloading', moved: 'downloaded', exists: 'already here' },
  push: { head: 'Pushing', moving: 'uploading', moved: 'uploaded', exists: 'already there' },
  copy: { head: 'Copying', moving: 'copying', moved: 'copied', exists: 'already there' },
}

export function headLine(action: TransferAction, reference: string): string {
  return `${ACTIONS[action].head} ${reference}`
}

function phaseWord(phase: LayerPhase, action: TransferAction): string {
  if (phase === 'downloading') return ACTIONS[action].moving
  return phase === 'exists' ? ACTIONS[action].exists : phase
}

function renderLayer(layer: LayerView, action: TransferAction): string {
  const start = `  ${shortId(layer.digest)} ${phaseWord(layer.phase, action).padEnd(12)}`
  if (layer.phase === 'waiting' || layer.phase === 'exists') return start.trimEnd()
  if (layer.phase === 'done') return `${start} ${sizeOf(layer)}`
  if (layer.totalBytes === 0) return `${start} ${formatSize(layer.doneBytes)}`
  return `${start} ${bar(layer)}${layer.phase === 'downloading' ? pace(layer, layer.lastAtMs - (layer.startedAtMs ?? layer.lastAtMs)) : ''}`
}

/** Of all layers that come, while more than one does and one of them is not here yet. */
function totalLine({ layers, action }: PullView): string[] {
  const coming = layers.filter(({ phase }) => phase !== 'exists')
  const started = coming.flatMap(({ startedAtMs }) => startedAtMs ?? [])
  const isMoving = coming.some(({ phase }) => phase === 'downloading')
  if (coming.length < 2 || !isMoving || coming.some(({ totalBytes }) => totalBytes === 0)) return []
  const sum = (bytes: (layer: LayerView) => number): number => coming.reduce((all, layer) => all + bytes(layer), 0)
  const isHere = ({ phase }: LayerView): boolean => phase === 'unpacking' || phase === 'done'
  const total = {
    doneBytes: sum((layer) => (isHere(layer) ? layer.totalBytes : layer.doneBytes)),
    totalBytes: sum(({ totalBytes }) => totalBytes),
    startBytes: sum(({ startBytes }) => startBytes),
  }
  const elapsedMs = Math.max(...coming.map(({ lastAtMs }) => lastAtMs)) - Math.min(...started)
  return [`  ${'total'.padEnd(12)} ${ACTIONS[action].moving.padEnd(12)} ${bar(total)}${pace(total, elapsedMs)}`]
}

type Amounts = Pick<LayerView, 'doneBytes' | 'totalBytes' | 'startBytes'>

function bar({ doneBytes, totalBytes }: Amounts): string {
  const share = Math.min(1, doneBytes / totalBytes)
  const cells = '='.repeat(Math.round(share * BAR_CELLS)).padEnd(BAR_CELLS, '-')
  return `[${cells}] ${formatSize(doneBytes)} / ${formatSize(totalBytes)}`
}

/** How fast it comes, and how long the rest takes at that rate; nothing before that can be told. */
function pace({ doneBytes, totalBytes, startBytes }: Amounts, elapsedMs: number): string {
  if (elapsedMs < 200) return ''
  const bytesPerMs = (doneBytes - startBytes) / elapsedMs
  const speed = `  ${formatSize(bytesPerMs * 1000)}/s`
  return bytesPerMs > 0 && doneBytes < totalBytes
    ? `${speed}  ${timeLeft((totalBytes - doneBytes) / bytesPerMs)}`
    : speed
}

function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 60) return `${seconds}s left`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m${`${seconds % 60}`.padStart(2, '0')}s left`
  return minutes < 6000 ? `${Math.floor(minutes / 60)}h${`${minutes % 60}`.padStart(2, '0')}m left` : 'days left'
}

/** One line for a layer that is finished, where nothing can be redrawn: a log file, a CI. */
export function plainLine(layer: LayerView, action: TransferAction): string {
  const id = `sha256:${shortId(layer.digest)}`
  const { exists, moved } = ACTIONS[action]
  return layer.phase === 'exists' ? `${id} ${exists}` : `${id} ${moved} ${sizeOf(layer)}`
}

function sizeOf(layer: LayerView): string {
  return formatSize(layer.totalBytes || layer.doneBytes)
}
