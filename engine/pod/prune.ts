import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { listPods } from './list.ts'
import { removePod } from './remove.ts'

/**
 * Removes all pods whose containers have ended. One in which somebody starts something meanwhile stays.
 * Returns the ids.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-pod-prune(1)
 */
export async function prunePods(
  engine: Engine,
  options: { readonly filters?: readonly string[] } = {},
): Promise<string[]> {
  const ids: string[] = []
  for (const { row, status } of listPods(engine, options)) {
    if (status !== 'Exited' && status !== 'Stopped') continue
    try {
      if (await removePod(engine, row.id, { ignoreMissing: true })) ids.push(row.id)
    } catch (error) {
      if (!(error instanceof TspodError && /^E_(POD|CONTAINER)_(RUNNING|IN_USE)$/.test(error.code))) throw error
    }
  }
  return ids
}
