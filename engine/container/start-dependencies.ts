import { messageOf, TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { observe } from './reconcile.ts'
import { startExisting } from './start-existing.ts'

/**
 * Starts those of these containers that do not run, one after the other, and before each of them what it depends on
 * itself. One that runs, paused or not, is left as it is.
 *
 * @param name of the container that depends on them
 * @throws {TspodError} E_DEPENDENCY: one of them has gone, or cannot be started
 * @see podman-run(1), "--requires"
 */
export async function startDependencies(engine: Engine, name: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const row = engine.storage.containers.find(id)
    if (!row) {
      throw new TspodError('E_DEPENDENCY', `container ${name} depends on ${id.slice(0, 12)}, which has been removed`, {
        hint: `make it anew, without it: "tspod rm ${name}"`,
      })
    }
    if (['running', 'paused', 'stopping'].includes(observe(engine, row).status)) continue
    try {
      await startExisting(engine, id)
    } catch (error) {
      if (!(error instanceof TspodError)) throw error
      throw new TspodError('E_DEPENDENCY', `container ${name} depends on ${row.name}: ${messageOf(error)}`, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        cause: error,
      })
    }
  }
}
