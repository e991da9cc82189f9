import { TspodError } from '../../base/errors.ts'
import { treeBytes } from '../../storage/check/tree-bytes.ts'
import type { Engine } from '../engine.ts'
import { matchesAll, parseContainerFilters } from './filter.ts'
import { filterContext } from './filter-context.ts'
import { hasEnded } from './has-ended.ts'
import { isInfra } from './is-infra.ts'
import { removeContainer } from './remove.ts'
import { sweepAbandoned } from './sweep.ts'
import { sweepLocks } from './sweep-locks.ts'

/**
 * Removes all containers that do not run, but for those that hold a pod, and what killed commands left. One that another command
 * is about to start stays. Returns the ids.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-container-prune(1)
 */
export async function pruneContainers(
  engine: Engine,
  options: { readonly filters?: readonly string[] } = {},
): Promise<{ readonly ids: string[]; readonly reclaimedBytes: number }> {
  const { containers } = engine.storage
  const filters = parseContainerFilters(options.filters ?? [], filterContext(engine))
  await sweepAbandoned(engine)
  const ids: string[] = []
  let reclaimedBytes = 0
  for (const row of containers.list()) {
    if (isInfra(row) || !hasEnded(engine, row) || !matchesAll(row, filters)) continue
    const bytes = treeBytes(engine.containerDir(row.id))
    if (!(await removeEnded(engine, row.id))) continue
    ids.push(row.id)
    reclaimedBytes += bytes
  }
  sweepLocks(engine)
  return { ids, reclaimedBytes }
}

async function removeEnded(engine: Engine, id: string): Promise<boolean> {
  try {
    await removeContainer(engine, id, {})
    return true
  } catch (error) {
    // started, or removed by somebody else, in the meantime; or others need it
    if (error instanceof TspodError && /^E_CONTAINER_(RUNNING|NOT_FOUND|IN_USE)$/.test(error.code)) return false
    throw error
  }
}
