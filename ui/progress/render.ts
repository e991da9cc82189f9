import { formatSize } from '../text/sizes.ts'
import { shortId } from '../text/truncate.ts'
import type { LayerPhase, LayerView, PullView } from './view.ts'

const BAR_CELLS = 20

/** Lines for a terminal `width` columns wide, none longer than that, so that redrawing can count them. */
export function renderView(view: PullView, width: number): string[] {
  const head = view.reference === undefined ? [] : [`Pulling ${view.reference}`]
  return [...head, ...view.layers.map(renderLayer)].map((line) => [...line].slice(0, Math.max(1, width - 1)).join(''))
}

const WORDS: Readonly<Record<LayerPhase, string>> = {
  waiting: 'waiting',
  downloading: 'downloading',
  unpacking: 'unpacking',
  done: 'done',
  exists: 'already here',
}

function renderLayer(layer: LayerView): string {
  const start = `  ${shortId(layer.digest)} ${WORDS[layer.phase].padEnd(12)}`
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
export function plainLine(layer: LayerView): string {
  const id = `sha256:${shortId(layer.digest)}`
  return layer.phase === 'exists' ? `${id} already here` : `${id} downloaded ${sizeOf(layer)}`
}

function sizeOf(layer: LayerView): string {
  return formatSize(layer.totalBytes || layer.doneBytes)
}
