import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { type PublishedPort, parseContainerConfig } from './config.ts'

/** Ports of the host that lead into a container: in a pod whose network it shares, those of the pod. */
export function publishedPorts({ storage }: Engine, { podId, config }: ContainerRow): readonly PublishedPort[] {
  const { ports = [], joined } = parseContainerConfig(config)
  if (podId === null || joined?.network === undefined) return ports
  const owner = storage.containers.find(joined.network)
  return owner?.podId === podId ? (parseContainerConfig(owner.config).ports ?? []) : ports
}
