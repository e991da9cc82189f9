import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { parseContainerConfig } from './config.ts'

/** The containers that are in namespaces of this one, and could not start without it. */
export function dependentsOf(engine: Engine, id: string): ContainerRow[] {
  return engine.storage.containers
    .mentioning(id)
    .filter((row) => Object.values(parseContainerConfig(row.config).joined ?? {}).includes(id))
}

/** Source: podman-rm(1), "--depend". */
export function hasDependents(ref: string, dependents: readonly ContainerRow[]): TspodError {
  const names = dependents.map(({ name }) => name).join(', ')
  return new TspodError('E_CONTAINER_IN_USE', `cannot remove container ${ref}: ${names} uses its namespaces`, {
    hint: 'remove those first, or all of them with "tspod rm --depend"',
  })
}
