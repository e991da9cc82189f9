import { messageOf, TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { allows } from './allows.ts'
import { parseContainerConfig } from './config.ts'
import { dependenciesOf } from './dependents.ts'
import { lockContainer } from './lock.ts'
import { settle } from './reconcile.ts'

/**
 * Starts what a container depends on, one after the other, and before each of them what that depends on itself.
 * One that runs, paused or not, is left as it is.
 *
 * @throws {TspodError} E_DEPENDENCY: one of them has gone, or cannot be started
 * @see podman-run(1), "--requires"
 */
export async function startDependencies(engine: Engine, row: ContainerRow): Promise<void> {
  for (const id of inOrder(engine, row)) {
    const dependency = engine.storage.containers.find(id)
    if (!dependency) {
      throw new TspodError('E_DEPENDENCY', `container ${row.name} depends on ${id.slice(0, 12)}, which was removed`, {
        hint: `remove it with "tspod rm ${row.name}", and make it anew without that one`,
      })
    }
    try {
      await startOne(engine, id)
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      throw new TspodError('E_DEPENDENCY', `container ${row.name} depends on ${dependency.name}: ${messageOf(error)}`, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        cause: error,
      })
    }
  }
}

/** Ids of all that it depends on, each after those it depends on itself. */
function inOrder(engine: Engine, row: ContainerRow): Set<string> {
  const seen = new Set<string>()
  const ordered = new Set<string>()
  const visit = (config: unknown): void => {
    for (const id of dependenciesOf(parseContainerConfig(config))) {
      if (seen.has(id)) continue
      seen.add(id)
      visit(engine.storage.containers.find(id)?.config ?? { version: 1 })
      ordered.add(id)
    }
  }
  visit(row.config)
  return ordered
}

async function startOne(engine: Engine, id: string): Promise<void> {
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, engine.storage.containers.resolve(id))
  if (row.status === 'paused' || !allows('start', row, row.name)) return
  const { startLocked } = await import('./start-locked.ts')
  await startLocked(engine, row)
}
