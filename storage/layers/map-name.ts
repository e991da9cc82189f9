import { createHash } from 'node:crypto'
import type { IdLine, LayerMap } from './mapped-ids.ts'

/** The name of the directory of all layers with this map: they are made in one of two ways. */
export function mapName({ uids, gids, data }: LayerMap): string {
  const lines = (map: readonly IdLine[]) => map.map(({ containerID, hostID, size }) => [containerID, hostID, size])
  const text = JSON.stringify([lines(uids), lines(gids)])
  return `${createHash('sha256').update(text).digest('hex').slice(0, 24)}-${data ?? 'copied'}`
}
