import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensurePrivateDirectory } from '../../base/files.ts'
import type { NetworkInput } from '../../network/driver.ts'
import type { Engine } from '../engine.ts'
import { requirePorts } from './assign-ports.ts'
import type { ContainerConfig } from './config.ts'

/** What `describeNetwork` is told of a container that is about to start. */
export function networkInput(engine: Engine, id: string, { ports = [] }: ContainerConfig): NetworkInput {
  return { userNamespace: engine.host.rootless, ...(ports.length > 0 && { ports, apiSocket: apiSocket(engine, id) }) }
}

/**
 * Before a container starts: says in one line that a port of the host cannot be had.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT
 */
export async function preparePorts(engine: Engine, id: string, { ports = [] }: ContainerConfig): Promise<void> {
  if (ports.length === 0) return
  await requirePorts(ports)
  const socket = apiSocket(engine, id)
  ensurePrivateDirectory(dirname(socket))
  rmSync(socket, { force: true })
}

/**
 * Once a container has started: makes its ports lead to it, where the helper of its network was not
 * told of them at its start.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_BAD_PORT: the caller ends the container
 */
export async function publishContainerPorts(
  engine: Engine,
  id: string,
  { ports = [], networkMode }: ContainerConfig,
): Promise<void> {
  if (ports.length === 0 || networkMode !== 'slirp4netns') return
  const { publishPorts } = await import('../../network/publish-ports.ts')
  await publishPorts(apiSocket(engine, id), ports)
}

/** Not in the container's runtime directory: the kernel takes 107 bytes, which that may have already. Source: unix(7). */
function apiSocket(engine: Engine, id: string): string {
  return join(engine.storage.paths.runroot, 'ports', id.slice(0, 16))
}
