import type { Key } from './happening.ts'
import { bodyHeight, type Model } from './model.ts'

/** How far a key goes in a list; 0 for one that does not. */
export function moveOf({ name, text }: Key, model: Model): number {
  const page = bodyHeight(model)
  if (name === 'up' || text === 'k') return -1
  if (name === 'down' || text === 'j') return 1
  if (name === 'page-up') return -page
  if (name === 'page-down' || text === ' ') return page
  if (name === 'home' || text === 'g') return -1e9
  if (name === 'end' || text === 'G') return 1e9
  return 0
}
