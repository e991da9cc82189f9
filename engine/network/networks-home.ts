import { join } from 'node:path'
import type { Engine } from '../engine.ts'

/** The directory, in `networksHome`, of who holds the networks' namespace: its record, logs and sockets. */
export const NETWORKS_NAME = /^[0-9a-f]{16}$/

export function networksHome(engine: Engine): string {
  return join(engine.storage.paths.runroot, 'networks')
}

/** Where the uplink hears of UDP ports. @param name the last part of the directory of who holds the networks */
export function uplinkSocket(engine: Engine, name: string): string {
  return join(engine.storage.paths.runroot, 'ports', name)
}
