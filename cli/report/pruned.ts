import type { PrunedImages } from '../../engine/image/prune.ts'
import type { Pruned } from '../style/style.ts'

export function prunedImages({ removed, reclaimedBytes }: PrunedImages): Pruned {
  return { kind: 'Images', ids: removed.flatMap(({ deleted }) => deleted), images: removed, reclaimedBytes }
}
