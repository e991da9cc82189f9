import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import { TspodError } from '../../base/errors.ts'
import { ensurePrivateDirectory } from '../../base/files.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { requirePorts } from './assign-ports.ts'
import { type ContainerConfig, type PublishedPort, parseContainerConfig } from './config.ts'
import { apiSocket, isCarried, isLimited, udpPorts } from './network-input.ts'
import { nameHolder } from './port-holder.ts'

/**
 * Before a container starts: says in one line that a UDP port of the host cannot be had. For TCP the
 * launcher does.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT
 */
export async function preparePorts(
  engine: Engine,
  { id, finishedAtMs }: Pick<ContainerRow, 'id' | 'finishedAtMs'>,
  config: ContainerConfig,
): Promise<void> {
  if (config.networkMode === 'slirp4netns') {
    const socket = apiSocket(engine, id)
    ensurePrivateDirectory(dirname(socket))
    rmSync(socket, { force: true })
  }
  const ports = udpPorts(config)
  if (ports.length === 0) return
  const require = (): Promise<void> => requireUdp(engine, id, { config, ports })
  const isTheirs = (error: unknown): boolean => nameHolder(engine, error, { id, ports }) !== error
  await (finishedAtMs === null ? require() : afterLastRun(require, { agoMs: Date.now() - finishedAtMs, isTheirs }))
}

/** What carried the ports of the container's last run may not have ended yet: it does so by itself, on a busy machine later. */
const LAST_ENDS_MS = 10_000
const PAUSE_MS = 20

interface LastRun {
  /** when it ended; where it has been long enough, whoever has a port now is somebody else */
  readonly agoMs: number
  /** whether a container that runs has one of the ports, which it will not let go of */
  readonly isTheirs: (error: unknown) => boolean
}

async function afterLastRun(require: () => Promise<void>, { agoMs, isTheirs }: LastRun): Promise<void> {
  const endMs = monotonicMs() + LAST_ENDS_MS - Math.max(agoMs, 0)
  for (let tries = 1; ; tries++) {
    try {
      return await require()
    } catch (error) {
      if (!(error instanceof TspodError) || error.code !== 'E_PORT_IN_USE' || monotonicMs() > endMs) throw error
      if (tries === 1 && isTheirs(error)) throw error
    }
    await sleep(PAUSE_MS)
  }
}

/** @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT */
export async function requireUdp(
  engine: Engine,
  id: string,
  { config, ports }: { readonly config: ContainerConfig; readonly ports: readonly PublishedPort[] },
): Promise<void> {
  const mode = config.networkMode
  if (mode !== 'pasta' && !isLimited(config)) {
    const { requireVersion4 } = await import('../../network/ports/slirp-forwards.ts')
    for (const { hostIp } of ports.filter(isCarried)) requireVersion4(hostIp)
  }
  if (mode === 'bridge') {
    // Those of containers that have ended without a word are still listened on.
    const [{ sweepUdp }, { runningNetworks }] = await Promise.all([
      import('../network/udp-forwards.ts'),
      import('../network/networks.ts'),
    ])
    const networksDir = runningNetworks(engine)
    if (networksDir !== undefined) await sweepUdp(engine, networksDir, id)
  }
  await requirePorts(ports)
}

/**
 * Once a container has started: makes its UDP ports lead to it, where the helper of its network was
 * not told of them at its start.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_BAD_PORT: the caller ends the container
 */
export async function publishContainerPorts(engine: Engine, row: ContainerRow): Promise<void> {
  const config = parseContainerConfig(row.config)
  const ports = udpPorts(config)
  if (ports.length === 0) return
  try {
    await addUdp(engine, row, ports)
  } catch (error) {
    // They end with the container, which may have done all it had to by now.
    if (!isGone(error)) throw error
  }
}

const GONE = ['E_SLIRP_GONE', 'E_NETWORKS_GONE', 'E_CONTAINER_NOT_RUNNING']

function isGone(error: unknown): boolean {
  return error instanceof TspodError && GONE.includes(error.code)
}

/** As `publishContainerPorts`, where what carried them has been started anew, but maybe not the gateway. */
export async function republishContainerPorts(engine: Engine, row: ContainerRow): Promise<void> {
  await silenceLoopback(engine, row)
  await publishContainerPorts(engine, row)
}

/** Nobody answers on the host's loopback for its UDP ports: slirp4netns could not have them while somebody does. */
export async function silenceLoopback(engine: Engine, row: ContainerRow): Promise<void> {
  const ports = udpPorts(parseContainerConfig(row.config))
  if (ports.length === 0) return
  const { unrelayUdp } = await import('./relay-udp.ts')
  await unrelayUdp(engine, row, ports)
}

/** The gateway, which was started anew, answers there. */
export async function answerLoopback(engine: Engine, row: ContainerRow): Promise<void> {
  const ports = udpPorts(parseContainerConfig(row.config))
  if (ports.length === 0) return
  const { relayUdp } = await import('./relay-udp.ts')
  await relayUdp(engine, row, ports)
}

/** All of them, or none. For a container that runs; those that pasta carries are there from its start on. */
export async function addUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const { networkMode } = parseContainerConfig(row.config)
  if (!RELAYING.has(networkMode)) return
  await carryUdp(engine, row, ports.filter(isCarried))
  try {
    const { relayUdp } = await import('./relay-udp.ts')
    await relayUdp(engine, row, ports)
  } catch (error) {
    await removeUdp(engine, row, ports)
    throw error
  }
}

const RELAYING: ReadonlySet<string> = new Set(['bridge', 'slirp4netns', 'pasta'])

async function carryUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const config = parseContainerConfig(row.config)
  const { networkMode } = config
  if (isLimited(config)) return
  if (networkMode === 'bridge') {
    const { publishUdp } = await import('../network/udp-forwards.ts')
    await publishUdp(engine, row, ports)
  }
  if (networkMode !== 'slirp4netns') return
  const { addForwards } = await import('../../network/ports/slirp-forwards.ts')
  await addForwards(apiSocket(engine, row.id), ports)
}

/** Those that are not there are as good. */
export async function removeUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  if (ports.length === 0) return
  const config = parseContainerConfig(row.config)
  const { networkMode } = config
  const { unrelayUdp } = await import('./relay-udp.ts')
  await unrelayUdp(engine, row, ports)
  if (isLimited(config)) return
  if (networkMode === 'bridge') {
    const { unpublishUdp } = await import('../network/udp-forwards.ts')
    await unpublishUdp(engine, row, ports)
  }
  if (networkMode !== 'slirp4netns') return
  const { removeForwards } = await import('../../network/ports/slirp-forwards.ts')
  await removeForwards(apiSocket(engine, row.id), { ports })
}

/** Takes back the UDP ports of a container that has ended, while its addresses are still its own. For who has its lock. */
export async function withdrawPorts(engine: Engine, { id, config }: ContainerRow): Promise<void> {
  const parsed = parseContainerConfig(config)
  if (parsed.networkMode !== 'bridge' || udpPorts(parsed).length === 0) return
  const { runningNetworks } = await import('../network/networks.ts')
  const networksDir = runningNetworks(engine)
  if (networksDir === undefined) return
  const { sweepUdp } = await import('../network/udp-forwards.ts')
  await sweepUdp(engine, networksDir, id)
}

/** Nobody listens on it any more. */
export function removeApiSocket(engine: Engine, id: string): void {
  rmSync(apiSocket(engine, id), { force: true })
}
