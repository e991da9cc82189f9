import { pruneContainers } from '../container/prune.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { type PrunedImages, pruneImages } from '../image/prune.ts'
import { pruneNetworks } from '../network/prune.ts'
import { prunePods } from '../pod/prune.ts'
import { pruneVolumes } from '../volume/prune.ts'

export interface SystemPruneOptions {
  /** all images that no container uses, not only those without a name */
  readonly all?: boolean
  readonly volumes?: boolean
  /** `until=`, `label=`, `label!=`: of containers, networks, images and volumes alike */
  readonly filters?: readonly string[]
  /** leave volumes that were given a name */
  readonly anonymousVolumesOnly?: boolean
}

export interface SystemPruned {
  /** ids */
  readonly pods: readonly string[]
  readonly containers: { readonly ids: readonly string[]; readonly reclaimedBytes: number }
  /** names */
  readonly networks: readonly string[]
  readonly volumes: { readonly names: readonly string[]; readonly reclaimedBytes: number }
  readonly images: PrunedImages
}

/**
 * Removes what is not in use: pods and containers that do not run, then networks, volumes and images.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-system-prune(1)
 */
export async function pruneSystem(engine: Engine, options: SystemPruneOptions = {}): Promise<SystemPruned> {
  const filters = options.filters ?? []
  // Those that have ended go with all that is theirs; prune of containers leaves the holders of pods.
  const pods = await prunePods(engine, { filters })
  const containers = await pruneContainers(engine, { filters })
  const networks = pruneNetworks(engine, { filters })
  const volumes = options.volumes
    ? await pruneVolumes(engine, { filters, anonymousOnly: options.anonymousVolumesOnly ?? false })
    : { names: [], reclaimedBytes: 0 }
  const images = await pruneImages(engine, { all: options.all ?? false, filters })
  recordEvent(engine, { type: 'system', action: 'prune', id: '', name: '', attributes: {} })
  return { pods, containers, networks, volumes, images }
}
