import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { type ContainerFilter, matchesAll, parseContainerFilters } from './filter.ts'
import { filterContext } from './filter-context.ts'
import { isUp } from './is-up.ts'
import { observe } from './reconcile.ts'

export type { ContainerRow } from '../../storage/state/container-row.ts'

export interface ListOptions {
  /** not only those that run */
  readonly all?: boolean
  /** `key=value` */
  readonly filters?: readonly string[]
  /** the newest only, running or not */
  readonly last?: number
}

/**
 * Containers as they are now, oldest first. Takes no lock and writes nothing.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-ps(1)
 */
export function listContainers(engine: Engine, options: ListOptions): ContainerRow[] {
  const given = options.filters ?? []
  const filters = given.length === 0 ? [] : parseContainerFilters(given, filterContext(engine))
  const isAll = options.all || options.last !== undefined || filters.some(asksForStatus)
  const rows = engine.storage.containers
    .list()
    .map((row) => observe(engine, row))
    .filter((row) => (isAll || isUp(row)) && matchesAll(row, filters))
  return options.last === undefined ? rows : options.last === 0 ? [] : rows.slice(-options.last)
}

/** podman shows containers that do not run where a filter speaks of their status. */
function asksForStatus(filter: ContainerFilter): boolean {
  return filter.key === 'status' || filter.key === 'exited'
}
