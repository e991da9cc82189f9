import type { Engine } from '../engine.ts'
import { parsePodFilters } from './filter.ts'
import { observePod, type Pod } from './pod.ts'

export type { Pod } from './pod.ts'

/**
 * Pods as they are now, oldest first. Takes no lock and writes nothing.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-pod-ps(1)
 */
export function listPods(engine: Engine, options: { readonly filters?: readonly string[] } = {}): Pod[] {
  const matches = parsePodFilters(options.filters ?? [], engine)
  return engine.storage.pods
    .list()
    .map((row) => observePod(engine, row))
    .filter(matches)
}
