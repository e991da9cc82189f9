import { join } from 'node:path'
import type { NetworkInput } from '../../network/driver.ts'
import { isLoopback } from '../../network/ports/relays.ts'
import type { Engine } from '../engine.ts'
import type { ContainerConfig, PublishedPort } from './config.ts'
import { helperInput } from './helper-input.ts'
import { isTcp } from './port-gateway.ts'

/** What `describeNetwork` is told of a container that is about to start. */
export function networkInput(engine: Engine, id: string, config: ContainerConfig): NetworkInput {
  const ports = udpPorts(config).filter(isCarried)
  return {
    ...helperInput(engine, config.request),
    ...(ports.length > 0 && { ports }),
    // Also where it has no UDP ports: they may come while it runs.
    apiSocket: apiSocket(engine, id),
  }
}

export function udpPorts({ ports = [] }: Pick<ContainerConfig, 'ports'>): PublishedPort[] {
  return ports.filter((port) => !isTcp(port))
}

/** Whether its way out is limited: who carries its ports takes the place of whoever calls, or answers would be on their way out. */
export function isLimited({ request }: Pick<ContainerConfig, 'request'>): boolean {
  return (request.egress?.length ?? 0) > 0
}

/** Whether slirp4netns or pasta carries it, too, where the container is not limited. */
export function isCarried({ hostIp }: PublishedPort): boolean {
  return !isLoopback(hostIp)
}

/** Not in the container's runtime directory: the kernel takes 107 bytes, which that may have already. Source: unix(7). */
export function apiSocket(engine: Engine, id: string): string {
  return join(engine.storage.paths.runroot, 'ports', id.slice(0, 16))
}
