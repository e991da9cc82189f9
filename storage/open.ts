import { isErrno, reasonOf, TspodError } from '../base/errors.ts'
import { ensurePrivateDirectory } from '../base/files.ts'
import { collectGarbage, isGarbagePending } from './collect.ts'
import { type ContentStore, openContentStore } from './content/content-store.ts'
import type { Digest } from './content/digest.ts'
import type { Driver } from './drivers/driver.ts'
import { type DriverOptions, openDrivers } from './drivers/open-drivers.ts'
import type { DriverChoice } from './drivers/probe.ts'
import { explainNoSpace } from './errors.ts'
import { type ImageStore, openImages } from './images/images.ts'
import { type ManifestListStore, openManifestLists } from './images/manifest-lists.ts'
import { type Locks, openLocks } from './locks.ts'
import { type StoragePaths, storagePaths } from './paths.ts'
import { openSecrets, type SecretStore } from './secrets/secrets.ts'
import { spreadDirectories } from './spread-directories.ts'
import { type ContainerStore, openContainers } from './state/containers.ts'
import { openDatabase } from './state/database.ts'
import { type EndpointStore, openEndpoints } from './state/endpoints.ts'
import { type Facts, openFacts } from './state/facts.ts'
import { openImageRows } from './state/images.ts'
import { type LayerRows, openLayerRows } from './state/layers.ts'
import { openManifestListRows } from './state/manifest-lists.ts'
import { type NetworkStore, openNetworks } from './state/networks.ts'
import { openPods, type PodStore } from './state/pods.ts'
import { giveUpReserve, keepReserve } from './state/reserve.ts'
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
  readonly manifestLists: ManifestListStore
  readonly layers: LayerRows
  readonly containers: ContainerStore
  readonly volumes: VolumeStore
  readonly secrets: SecretStore
  readonly networks: NetworkStore
  /** who is in which network */
  readonly endpoints: EndpointStore
  readonly pods: PodStore
  readonly locks: Locks
  /** what was found out about the host */
  readonly facts: Facts
  /** The driver of new containers, or, given a row's `driver`, that of an existing one. */
  driver(name?: string): Driver
  driverChoice(): DriverChoice
  /** as `driverChoice`, found out anew */
  probeDriver(): DriverChoice
  /** Whether any image or manifest list needs this blob. */
  needsBlob(digest: Digest): boolean
  /** Removes files that nothing needs any more. */
  collectGarbage(): void
  /** Whether some could not be removed yet, as somebody held the content: `collectGarbage` does it. */
  hasGarbage(): boolean
  /** Makes again what a full disk had us give up. Cheap where it is there, and called by who opens the storage and who ends. */
  keepReserve(): void
}

/**
 * Opens the storage, making it where there is none. Cheap: one database, and nothing asked of the host.
 *
 * @throws {TspodError} E_BAD_ROOT, E_STATE_TOO_NEW, E_STATE_CORRUPT, E_NO_SPACE
 */
export function openStorage(options: StorageOptions): Storage {
  const paths = storagePaths(options.root, options.runroot)
  const database = openState(paths)
  const rows = { images: openImageRows(database), layers: openLayerRows(database) }
  const locks = openLocks(paths.locks, () => giveUpReserve(paths.database))
  const facts = openFacts(database)
  const collect = (): void => collectGarbage({ paths, locks, rows, facts })
  const drivers = openDrivers({ paths, facts, locks }, options)
  return {
    paths,
    content: openContentStore(paths),
    images: openImages(rows.images, collect),
    manifestLists: openManifestLists(openManifestListRows(database), collect),
    layers: rows.layers,
    containers: openContainers(database),
    volumes: openVolumes(database, paths),
    secrets: openSecrets(database, paths),
    networks: openNetworks(database),
    endpoints: openEndpoints(database),
    pods: openPods(database),
    locks,
    facts,
    driver: drivers.driver,
    driverChoice: drivers.choice,
    probeDriver: drivers.probe,
    needsBlob: rows.images.needsBlob,
    collectGarbage: collect,
    hasGarbage: () => rows.layers.unused().length > 0 || isGarbagePending(facts),
    keepReserve: () => keepReserve(paths.database),
    [Symbol.dispose]: () => void database.close(),
  }
}

function openState(paths: StoragePaths) {
  try {
    const directories = [paths.blobs, paths.layers, paths.containers, paths.volumes, paths.temporary, paths.locks]
    for (const path of [paths.root, ...directories, paths.runroot]) {
      // Layers are unpacked in this one.
      if (makeDirectory(path) && path === paths.temporary) spreadDirectories(path)
    }
    return openDatabase(paths.database)
  } catch (error) {
    throw explainNoSpace(error, paths.root)
  }
}

/** What stands in the way is mostly of the caller's choice: --root, --runroot, or where HOME leads. */
function makeDirectory(path: string): boolean {
  try {
    return ensurePrivateDirectory(path)
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EEXIST', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS')) throw error
    const reason = isErrno(error, 'EEXIST') ? 'there is something else' : reasonOf(error)
    throw new TspodError('E_BAD_ROOT', `could not make the directory ${path}: ${reason}`, {
      hint: 'name directories of yours with --root and --runroot, or set HOME to one',
      cause: error,
    })
  }
}
