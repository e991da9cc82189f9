import { TspodError } from '../../base/errors.ts'
import type { UndoStack } from '../../base/undo.ts'
import { changePorts, isSamePlace, type PortChange } from '../../network/ports/port-change.ts'
import { isLoopback } from '../../network/ports/relays.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { parsePublish } from '../spec/parse-ports.ts'
import { assignPorts } from './assign-ports.ts'
import { addTcp, removeTcp, undoTcp } from './change-tcp.ts'
import { addLiveUdp } from './change-udp.ts'
import { type ContainerConfig, type PublishedPort, parseContainerConfig } from './config.ts'
import { isTcp } from './port-gateway.ts'
import { nameHolder } from './port-holder.ts'
import { removeUdp, requireUdp } from './publish.ts'
import { requirePublishable } from './running-gateway.ts'

export interface PortWords {
  /** as `-p` has them */
  readonly publishAdd?: readonly string[] | undefined
  /** the same; without a port of the host all that lead to the one of the container */
  readonly publishRm?: readonly string[] | undefined
}

export interface ChangedPorts {
  /** for the container's row */
  readonly config: Pick<ContainerConfig, 'ports' | 'strayPorts'>
  /** once the row has it: takes back what is gone, and returns what the row is to hold then */
  readonly finish: () => Promise<Pick<ContainerConfig, 'ports' | 'strayPorts'>>
}

/**
 * Makes other ports of the host lead to a container: at once where it runs, and all of them or none.
 * What there may be beside the ports of its row is in the row before it is there, so that it can be
 * taken back by the next who comes; with the container it ends in any case.
 *
 * @param undo takes back what was added
 * @throws {TspodError} E_BAD_PORT, E_PORT_TWICE, E_PORT_NOT_PUBLISHED, E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_NETWORK_MODE, E_UNSUPPORTED_OPTION
 */
export async function changeContainerPorts(
  engine: Engine,
  row: ContainerRow,
  { words, isLive, undo }: { readonly words: PortWords; readonly isLive: boolean; readonly undo: UndoStack },
): Promise<ChangedPorts> {
  requirePublishable(engine, row)
  const config = parseContainerConfig(row.config)
  const { ports = [], networkMode: mode } = config
  const added = (words.publishAdd ?? []).flatMap(parsePublish)
  const change = changePorts(ports, {
    additions: await assignPorts(added),
    removals: (words.publishRm ?? []).flatMap(parsePublish),
  })
  const done = { ports: change.ports }
  if (!isLive) return { config: done, finish: async () => done }
  if (mode === 'pasta') requireGatewaysAlone(change)
  await takeBackStrays(engine, row)
  writePorts(engine, row, { ports, strayPorts: [...change.added, ...change.retargeted] })
  undo.push(() => undoChange(engine, row, change))
  try {
    const udp = change.added.filter((port) => !isTcp(port))
    if (udp.length > 0) await requireUdp(engine, row.id, { config, ports: udp })
    await addTcp(engine, row, change)
    await removeUdp(
      engine,
      row,
      change.before.filter((port) => !isTcp(port) && isMoved(port, change)),
    )
    const led = [...udp, ...change.retargeted.filter((port) => !isTcp(port))]
    await addLiveUdp(engine, row, { ports: led, all: change.ports })
  } catch (error) {
    throw nameHolder(engine, error, { id: row.id, ports: change.added })
  }
  return {
    config: { ports: change.ports, strayPorts: change.removed },
    finish: async () => {
      await takeBack(engine, row, { ports: change.ports, gone: change.removed, was: change.before })
      return done
    },
  }
}

/** Source: pasta(1): it is told of ports at its start alone. */
function requireGatewaysAlone({ added, removed, retargeted }: PortChange<PublishedPort>): void {
  const isGateways = (port: PublishedPort): boolean => isTcp(port) || isLoopback(port.hostIp)
  if ([...added, ...removed, ...retargeted].every(isGateways)) return
  throw new TspodError('E_UNSUPPORTED_OPTION', 'pasta cannot change udp ports of a container that runs', {
    hint: 'change them while it is stopped, or use --network bridge or slirp4netns',
  })
}

/** What a command that was killed may have left. */
async function takeBackStrays(engine: Engine, row: ContainerRow): Promise<void> {
  const { ports = [], strayPorts = [] } = parseContainerConfig(row.config)
  if (strayPorts.length === 0) return
  const isOne = (port: PublishedPort): boolean => strayPorts.some((stray) => isSamePlace(stray, port))
  const back = ports.filter(isOne)
  const gone = strayPorts.filter((stray) => !back.some((port) => isSamePlace(stray, port)))
  await takeBack(engine, row, { ports, gone, back, was: [...ports, ...strayPorts] })
  const udp = back.filter((port) => !isTcp(port))
  await removeUdp(engine, row, udp)
  await addLiveUdp(engine, row, { ports: udp, all: ports })
}

async function takeBack(engine: Engine, row: ContainerRow, change: Parameters<typeof removeTcp>[2]): Promise<void> {
  await removeTcp(engine, row, change)
  const udp = change.gone.filter((port) => !isTcp(port))
  if (udp.length > 0) await removeUdp(engine, row, udp)
}

async function undoChange(engine: Engine, row: ContainerRow, change: PortChange<PublishedPort>): Promise<void> {
  await undoTcp(engine, row, change)
  const isUdp = (port: PublishedPort): boolean => !isTcp(port)
  await removeUdp(engine, row, [...change.added, ...change.retargeted].filter(isUdp))
  const back = change.before.filter((port) => isUdp(port) && isMoved(port, change))
  await addLiveUdp(engine, row, { ports: back, all: change.before })
  writePorts(engine, row, { ports: change.before })
}

function isMoved(port: PublishedPort, { retargeted }: PortChange<PublishedPort>): boolean {
  return retargeted.some((one) => isSamePlace(one, port))
}

/** The row in the database; `row` stays what it was. */
function writePorts(
  engine: Engine,
  row: ContainerRow,
  { ports, strayPorts }: Pick<ContainerConfig, 'ports' | 'strayPorts'>,
): void {
  const { strayPorts: _, ...config } = parseContainerConfig(row.config)
  const written = { ...config, ...(ports && { ports }), ...(strayPorts?.length ? { strayPorts } : {}) }
  engine.storage.containers.update(row.id, { config: written })
}
