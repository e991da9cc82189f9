import { TspodError } from '../../base/errors.ts'
import type { Locks } from '../locks.ts'
import type { StoragePaths } from '../paths.ts'
import type { Facts } from '../state/facts.ts'
import type { Driver, DriverName } from './driver.ts'
import { fuseOverlayfsDriver } from './fuse-overlayfs.ts'
import { openLayerMapper } from './layer-mapper.ts'
import { overlayDriver } from './overlay.ts'
import { chooseDriver, type DriverChoice, type ProbeOptions } from './probe.ts'
import { vfsDriver } from './vfs.ts'

export interface DriverOptions extends ProbeOptions {
  /** what the user asked for; else what works is found out */
  readonly driver?: DriverName
}

export interface DriverPlace {
  readonly paths: StoragePaths
  readonly facts: Facts
  readonly locks: Locks
}

export interface Drivers {
  /** The driver of new containers, or, given a name, that of a container that has one. */
  driver(name?: string): Driver
  /** Which driver is used and why no better one: for `tspod info`. */
  choice(): DriverChoice
  /** As `choice`, found out anew by mounting, whatever is known. */
  probe(): DriverChoice
}

const NOTHING_KNOWN: Facts = { get: () => undefined, set: () => {} }

export function openDrivers(place: DriverPlace, options: DriverOptions): Drivers {
  const { paths, facts } = place
  let chosen: DriverChoice | undefined
  const choice = (): DriverChoice => {
    chosen ??= options.driver ? { driver: options.driver, tried: [] } : chooseDriver(paths, facts, options)
    return chosen
  }
  const probe = (): DriverChoice =>
    options.driver
      ? { driver: options.driver, tried: [] }
      : chooseDriver(paths, NOTHING_KNOWN, { ...options, warn: () => {} })
  return { choice, probe, driver: (name) => makeDriver(place, name ?? choice().driver, options) }
}

function makeDriver(place: DriverPlace, name: string, { findProgram, tryOverlay }: DriverOptions): Driver {
  const { paths } = place
  switch (name) {
    case 'overlay':
      return overlayDriver(paths, openLayerMapper({ ...place, tryOverlay }))
    case 'fuse-overlayfs':
      return fuseOverlayfsDriver(paths, () => findProgram('fuse-overlayfs'))
    case 'vfs':
      return vfsDriver(paths)
    default:
      throw new TspodError('E_BAD_DRIVER', `no storage driver ${name}`, { hint: 'use overlay, fuse-overlayfs or vfs' })
  }
}
