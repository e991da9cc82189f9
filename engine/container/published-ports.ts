import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { type PublishedPort, parseContainerConfig } from './config.ts'

/** Ports of the host that lead into a container: in a pod whose network it shares, those of the pod. */
export function publishedPorts(engine: Engine, row: ContainerRow): readonly PublishedPort[] {
  return parseContainerConfig(networkOwner(engine, row).config).ports ?? []
}

/** Whose network a container is in: its pod's, or its own. */
export function networkOwner({ storage }: Engine, row: ContainerRow): ContainerRow {
  const { joined } = parseContainerConfig(row.config)
  if (row.podId === null || joined?.network === undefined) return row
  const owner = storage.containers.find(joined.network)
  return owner?.podId === row.podId ? owner : row
}
