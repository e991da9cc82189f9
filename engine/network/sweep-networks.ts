import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { readRecord } from '../monitor/record.ts'
import { NETWORKS_NAME, networksHome, uplinkSocket } from './networks-home.ts'

/**
 * Removes what those left in the runtime directory who held the networks' namespace and have ended: record, logs
 * and sockets. Nothing while somebody has new ones made.
 */
export function sweepNetworks(engine: Engine): void {
  const home = networksHome(engine)
  if (endedIn(home).length === 0) return
  using lock = engine.storage.locks.tryAcquire('networks', 'all', { doing: 'removing what networks left' })
  if (lock) sweepLocked(engine)
}

/** The same, for who has the lock. */
export function sweepLocked(engine: Engine): void {
  const home = networksHome(engine)
  for (const name of endedIn(home)) {
    rmSync(join(home, name), { recursive: true, force: true })
    rmSync(uplinkSocket(engine, name), { force: true })
  }
}

function endedIn(home: string): string[] {
  return namesIn(home).filter((name) => NETWORKS_NAME.test(name) && readRecord(join(home, name)).state !== 'running')
}

function namesIn(home: string): string[] {
  try {
    return readdirSync(home)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}
