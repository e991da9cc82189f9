import type { NetworkRow } from '../../storage/state/networks.ts'
import type { PodRow } from '../../storage/state/pods.ts'
import type { Engine } from '../engine.ts'
import { containerNetworks } from '../network/container-networks.ts'

/** The networks with names that a pod is in, by its holder. */
export function podNetworks(engine: Engine, { infraId }: PodRow): NetworkRow[] {
  const row = infraId === null ? undefined : engine.storage.containers.find(infraId)
  return row ? containerNetworks(engine, row).map(({ network }) => network) : []
}
