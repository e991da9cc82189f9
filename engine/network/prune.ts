import type { Engine } from '../engine.ts'
import { recordEvent } from '../events/record.ts'
import { listNetworks } from './list.ts'

/**
 * Removes all networks that no container is in, running or not. Returns their names.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-network-prune(1)
 */
export function pruneNetworks(engine: Engine, options: { readonly filters?: readonly string[] } = {}): string[] {
  const names: string[] = []
  for (const { id, name, isBuiltIn, isUsed } of listNetworks(engine, options)) {
    // Where a container came into it meanwhile it stays.
    if (isBuiltIn || isUsed || !engine.storage.networks.remove(id)) continue
    names.push(name)
    recordEvent(engine, { type: 'network', action: 'remove', id, name, attributes: { type: 'bridge' } })
  }
  return names
}
