import { TspodError } from '../../base/errors.ts'
import { someOf } from '../../base/some-of.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'

/**
 * Ids of the containers that have to run for this one to be started: those it requires, and those whose namespaces
 * it is in. They were there before it and never change, so there is no circle among them.
 */
export function dependenciesOf({ requires = [], joined = {} }: ContainerConfig): string[] {
  return [...new Set([...requires, ...Object.values(joined)])]
}

/** The containers that could not start without this one. */
export function dependentsOf(engine: Engine, id: string): ContainerRow[] {
  return engine.storage.containers
    .mentioning(id)
    .filter((row) => dependenciesOf(parseContainerConfig(row.config)).includes(id))
}

/** Source: podman-rm(1), "--depend". */
export function hasDependents(ref: string, dependents: readonly Pick<ContainerRow, 'name'>[]): TspodError {
  const names = someOf(dependents.map(({ name }) => name))
  const verb = dependents.length === 1 ? 'depends' : 'depend'
  return new TspodError('E_CONTAINER_IN_USE', `cannot remove container ${ref}: ${names} ${verb} on it`, {
    hint: 'remove those first, or all of them with "tspod rm --depend"',
  })
}
