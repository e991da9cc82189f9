import { isInfra } from '../container/is-infra.ts'
import { type RemoveOptions, removeContainer } from '../container/remove.ts'
import { removeContainers } from '../container/remove-several.ts'
import type { Engine } from '../engine.ts'
import { removePod } from './remove.ts'

/**
 * As `removeContainers`; where what depends on them goes, too, a pod goes with its holder.
 *
 * @see podman-rm(1), "--depend", "--all"
 */
export function removeContainersAndPods(engine: Engine, refs: readonly string[], options: RemoveOptions) {
  return removeContainers(engine, refs, options, async (_engine, ref, how) => {
    const row = how.depend ? engine.storage.containers.find(ref) : undefined
    if (!row?.podId || !isInfra(row)) return await removeContainer(engine, ref, how)
    await removePod(engine, row.podId, { ...how, ignoreMissing: true })
    return { id: row.id }
  })
}
