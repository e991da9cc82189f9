import { formatSize } from '../text/sizes.ts'
import { shortId } from '../text/truncate.ts'
import type { LayerPhase, LayerView, PullView, TransferAction } from './view.ts'

const BAR_CELLS = 20

/** Lines for a terminal `width` columns wide, none longer than that, so that redrawing can count them. */
export function renderView(view: PullView, width: number): string[] {
  const head = view.reference === undefined ? [] : [headLine(view.action, view.reference)]
  const lines = view.layers.map((layer) => renderLayer(layer, view.action))
  return [...head, ...lines].map((line) => [...line].slice(0, Math.max(1, width - 1)).join(''))
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
  const share = Math.min(1, layer.doneBytes / layer.totalBytes)
  const bar = '='.repeat(Math.round(share * BAR_CELLS)).padEnd(BAR_CELLS, '-')
  const amount = `${formatSize(layer.doneBytes)} / ${formatSize(layer.totalBytes)}`
  return `${start} [${bar}] ${amount}${layer.phase === 'downloading' ? speed(layer) : ''}`
}

function speed(layer: LayerView): string {
  const elapsedMs = layer.lastAtMs - (layer.startedAtMs ?? layer.lastAtMs)
  if (elapsedMs < 200) return ''
  return `  ${formatSize(((layer.doneBytes - layer.startBytes) / elapsedMs) * 1000)}/s`
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
