import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { resolvePod } from './pod.ts'

/**
 * The ids of the containers whose output is that of the pod: all but its holder, which says nothing.
 *
 * @param only names or ids of some of them
 * @throws {TspodError} E_POD_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_NOT_FOUND
 * @throws {TspodError} E_NOT_IN_POD: it is a container, but not one of the pod
 */
export function podLogTargets(engine: Engine, ref: string, only: readonly string[] = []): string[] {
  const { row, containers } = resolvePod(engine, ref)
  if (only.length === 0) return containers.map(({ id }) => id).filter((id) => id !== row.infraId)
  return only.map((name) => {
    const { id, podId } = engine.storage.containers.resolve(name)
    if (podId === row.id) return id
    throw new TspodError('E_NOT_IN_POD', `the container ${name} is not in the pod ${ref}`)
  })
}
