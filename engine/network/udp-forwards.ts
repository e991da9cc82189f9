import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import { addForwards, removeForwards } from '../../network/ports/slirp-forwards.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { PublishedPort } from '../container/config.ts'
import { hasEnded } from '../container/has-ended.ts'
import type { Engine } from '../engine.ts'
import { containerNetworks } from './container-networks.ts'
import { runningNetworks } from './networks.ts'
import { uplinkSocket } from './networks-home.ts'

/** Below the directory of who holds the networks: a file for each container that has forwards, with its address. */
const MARKS = 'udp'
const MAX_ADDRESS = 64

/**
 * Has the slirp4netns of all networks carry UDP ports to a container in them, all of them or none.
 *
 * @throws {TspodError} E_PORT_IN_USE; E_BAD_PORT: none can lead to it
 */
export async function publishUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const networksDir = runningNetworks(engine)
  if (networksDir === undefined || ports.length === 0) return
  const address = udpTarget(engine, row)
  // First: who finds it takes back whatever was done since, when the container has ended.
  mkdirSync(join(networksDir, MARKS), { recursive: true, mode: 0o700 })
  writeFileSync(join(networksDir, MARKS, row.id), address, { mode: 0o600 })
  await addForwards(uplinkSocket(engine, basename(networksDir)), ports, address)
}

/** Takes some of them back. Those that are not there are as good. */
export async function unpublishUdp(engine: Engine, row: ContainerRow, ports: readonly PublishedPort[]): Promise<void> {
  const networksDir = runningNetworks(engine)
  if (networksDir === undefined || ports.length === 0) return
  const guestAddress = readMark(networksDir, row.id)
  await removeForwards(uplinkSocket(engine, basename(networksDir)), { guestAddress, ports })
}

/**
 * Takes back the forwards of containers that have ended, and of `own`: nobody who gets their address
 * shall have what was for them.
 *
 * @param own a container that does not run, whose lock the caller has
 */
export async function sweepUdp(engine: Engine, networksDir: string, own: string): Promise<void> {
  for (const id of markedIn(networksDir)) {
    using lock = id === own ? undefined : engine.storage.locks.tryAcquire('container', id)
    if (id !== own && !lock) continue
    const row = id === own ? undefined : engine.storage.containers.find(id)
    if (row && !hasEnded(engine, row)) continue
    await removeForwards(uplinkSocket(engine, basename(networksDir)), { guestAddress: readMark(networksDir, id) })
    rmSync(join(networksDir, MARKS, id), { force: true })
  }
}

function markedIn(networksDir: string): string[] {
  try {
    return readdirSync(join(networksDir, MARKS))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

function readMark(networksDir: string, id: string): string {
  return readTextIfExists(join(networksDir, MARKS, id), MAX_ADDRESS) ?? ''
}

/** slirp4netns leads to addresses of version 4, and what is answered has to get out. */
function udpTarget(engine: Engine, row: ContainerRow): string {
  const [first] = containerNetworks(engine, row)
  const problem = first?.network.internal ? 'is internal' : 'has no addresses of version 4'
  if (first?.endpoint.ip4 && !first.network.internal) return first.endpoint.ip4
  throw new TspodError('E_BAD_PORT', `no udp port can lead to container ${row.name}: its first network ${problem}`, {
    hint: 'give it another network first, with --network',
  })
}
