import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import { ensurePrivateDirectory } from '../../base/files.ts'
import type { NetworkInput } from '../../network/driver.ts'
import type { Engine } from '../engine.ts'
import { requirePorts } from './assign-ports.ts'
import { type ContainerConfig, type PublishedPort, parseContainerConfig } from './config.ts'
import { isTcp } from './port-gateway.ts'

/** What `describeNetwork` is told of a container that is about to start. */
export function networkInput(engine: Engine, id: string, config: ContainerConfig): NetworkInput {
  const ports = udpPorts(config)
  const { slirpOptions, pastaOptions } = config.request.defaults ?? {}
  return {
    userNamespace: engine.host.rootless,
    ...(slirpOptions && { slirpOptions }),
    ...(pastaOptions && { pastaOptions }),
    ...(ports.length > 0 && { ports, apiSocket: apiSocket(engine, id) }),
  }
}

/**
 * Before a container starts: says in one line that a UDP port of the host cannot be had. For TCP the
 * launcher does.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT
 */
export async function preparePorts(engine: Engine, id: string, config: ContainerConfig): Promise<void> {
  const ports = udpPorts(config)
  if (ports.length === 0) return
  await requirePorts(ports)
  const socket = apiSocket(engine, id)
  ensurePrivateDirectory(dirname(socket))
  rmSync(socket, { force: true })
}

/**
 * Once a container has started: makes its UDP ports lead to it, where the helper of its network was
 * not told of them at its start.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_BAD_PORT: the caller ends the container
 */
export async function publishContainerPorts(engine: Engine, id: string, config: ContainerConfig): Promise<void> {
  const ports = udpPorts(config)
  if (ports.length === 0 || config.networkMode !== 'slirp4netns') return
  const { publishPorts } = await import('../../network/publish-ports.ts')
  await publishPorts(apiSocket(engine, id), ports)
}

/** Says which container has the port that could not be had, where it is one of ours. */
export function nameHolder(engine: Engine, error: unknown, { ports = [] }: ContainerConfig): unknown {
  if (!(error instanceof TspodError) || error.code !== 'E_PORT_IN_USE') return error
  for (const other of engine.storage.containers.list()) {
    if (other.status !== 'running') continue
    const theirs = parseContainerConfig(other.config).ports ?? []
    const port = ports.find((own) => theirs.some((port) => inEachOthersWay(own, port)))
    if (port === undefined) continue
    const message = `port ${port.hostPort}/${port.protocol} of the host is that of container ${other.name}`
    const hint = `publish on another port, or stop it with "tspod stop ${other.name}"`
    return new TspodError(error.code, message, { hint, cause: error })
  }
  return error
}

function inEachOthersWay(one: PublishedPort, other: PublishedPort): boolean {
  const same = one.hostPort === other.hostPort && one.protocol === other.protocol
  return same && (one.hostIp === other.hostIp || one.hostIp === '' || other.hostIp === '')
}

function udpPorts({ ports = [] }: ContainerConfig): PublishedPort[] {
  return ports.filter((port) => !isTcp(port))
}

/** Not in the container's runtime directory: the kernel takes 107 bytes, which that may have already. Source: unix(7). */
function apiSocket(engine: Engine, id: string): string {
  return join(engine.storage.paths.runroot, 'ports', id.slice(0, 16))
}
