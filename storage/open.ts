import { ensurePrivateDirectory } from '../base/files.ts'
import { collectGarbage } from './collect.ts'
import { type ContentStore, openContentStore } from './content/content-store.ts'
import type { Driver } from './drivers/driver.ts'
import { type DriverOptions, openDrivers } from './drivers/open-drivers.ts'
import type { DriverChoice } from './drivers/probe.ts'
import { explainNoSpace } from './errors.ts'
import { type ImageStore, openImages } from './images/images.ts'
import { type Locks, openLocks } from './locks.ts'
import { type StoragePaths, storagePaths } from './paths.ts'
import { type ContainerStore, openContainers } from './state/containers.ts'
import { openDatabase } from './state/database.ts'
import { openFacts } from './state/facts.ts'
import { openImageRows } from './state/images.ts'
import { type LayerRows, openLayerRows } from './state/layers.ts'
import { openVolumes, type VolumeStore } from './volumes/volumes.ts'

export interface StorageOptions extends DriverOptions {
  /** persistent; made where it is missing */
  readonly root: string
  /** gone after a reboot */
  readonly runroot: string
}

/** All that tspod keeps on disk. Knows nothing of processes: whether a container runs, its row does not say. */
export interface Storage extends Disposable {
  readonly paths: StoragePaths
  readonly content: ContentStore
  readonly images: ImageStore
  readonly layers: LayerRows
  readonly containers: ContainerStore
  readonly volumes: VolumeStore
  readonly locks: Locks
  /** The driver of new containers, or, given a row's `driver`, that of an existing one. */
  driver(name?: string): Driver
  driverChoice(): DriverChoice
  /** Removes files that nothing needs any more. */
  collectGarbage(): void
}

/**
 * Opens the storage, making it where there is none. Cheap: one database, and nothing asked of the host.
 *
 * @throws {TspodError} E_STATE_TOO_NEW, E_STATE_CORRUPT, E_NO_SPACE
 */
export function openStorage(options: StorageOptions): Storage {
  const paths = storagePaths(options.root, options.runroot)
  const database = openState(paths)
  const rows = { images: openImageRows(database), layers: openLayerRows(database) }
  const locks = openLocks(paths.locks)
  const collect = (): void => collectGarbage({ paths, locks, rows })
  const drivers = openDrivers(paths, openFacts(database), options)
  return {
    paths,
    content: openContentStore(paths),
    images: openImages(rows.images, collect),
    layers: rows.layers,
    containers: openContainers(database),
    volumes: openVolumes(database, paths),
    locks,
    driver: drivers.driver,
    driverChoice: drivers.choice,
    collectGarbage: collect,
    [Symbol.dispose]: () => void database.close(),
  }
}

function openState(paths: StoragePaths) {
  try {
    const directories = [paths.blobs, paths.layers, paths.containers, paths.volumes, paths.temporary, paths.locks]
    for (const path of [paths.root, ...directories, paths.runroot]) ensurePrivateDirectory(path)
    return openDatabase(paths.database)
  } catch (error) {
    throw explainNoSpace(error, paths.root)
  }
}
