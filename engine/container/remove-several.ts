import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { type RemoveOptions, removeContainer } from './remove.ts'

/**
 * Removes several containers side by side. One that others of them use goes after those, in
 * whatever order they were named.
 */
export async function removeContainers(
  engine: Engine,
  refs: readonly string[],
  options: RemoveOptions,
  remove: typeof removeContainer = removeContainer,
): Promise<PromiseSettledResult<{ id: string } | undefined>[]> {
  const results = await Promise.allSettled(refs.map((ref) => remove(engine, ref, options)))
  for (let isProgress = true; isProgress; ) {
    isProgress = false
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled' || !isInUse(result.reason)) continue
      const [again] = await Promise.allSettled([remove(engine, refs[index] ?? '', options)])
      if (!again) continue
      results[index] = again
      isProgress ||= again.status === 'fulfilled'
    }
  }
  return results
}

function isInUse(error: unknown): boolean {
  return error instanceof TspodError && error.code === 'E_CONTAINER_IN_USE'
}
