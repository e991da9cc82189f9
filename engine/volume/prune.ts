import { treeBytes } from '../../storage/check/tree-bytes.ts'
import { sweepAbandoned } from '../container/sweep.ts'
import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { parseVolumeFilters } from './filter.ts'
import { lockVolumes, removeLockedVolume } from './lock.ts'
import { volumeUsers } from './users.ts'

export interface PruneVolumesOptions {
  readonly filters?: readonly string[]
  /** leave those that were given a name, as docker does */
  readonly anonymousOnly?: boolean
  /** remove nothing, and return what would be */
  readonly dryRun?: boolean
}

/**
 * Removes all volumes that no container has, and what killed commands left. Returns the names.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-volume-prune(1)
 */
export async function pruneVolumes(
  engine: Engine,
  options: PruneVolumesOptions = {},
): Promise<{ readonly names: string[]; readonly reclaimedBytes: number }> {
  const { volumes } = engine.storage
  const users = volumeUsers(engine)
  const matches = parseVolumeFilters(options.filters ?? [], (name) => users.has(name))
  if (!options.dryRun) {
    await sweepAbandoned(engine)
    volumes.sweepEmpty(Date.now())
  }
  const unfinished = volumes.unfinished()
  const names: string[] = []
  let reclaimedBytes = 0
  for (const volume of volumes.list()) {
    const { name, anonymous, path } = volume
    if (unfinished.has(name) || (options.anonymousOnly && !anonymous) || !matches(volume)) continue
    const bytes = treeBytes(path)
    using _volumes = await lockVolumes(engine)
    // Asked again for each: a container may have come meanwhile.
    if (volumeUsers(engine).has(name)) continue
    reclaimedBytes += bytes
    names.push(name)
    if (!options.dryRun) removeLockedVolume(engine, name)
  }
  if (names.length > 0 && !options.dryRun) {
    recordEvent(engine, {
      type: 'volume',
      action: 'prune',
      id: '',
      name: '',
      attributes: { reclaimed: `${reclaimedBytes}` },
    })
  }
  return { names, reclaimedBytes }
}
