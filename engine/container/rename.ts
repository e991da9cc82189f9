import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { lockContainer } from './lock.ts'
import { parseContainerName } from './name.ts'

/**
 * Gives a container another name, in whatever state it is.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_NAME
 * @throws {TspodError} E_NAME_IN_USE: by another container, or it has the name already
 * @see podman-rename(1)
 */
export async function renameContainer(engine: Engine, ref: string, name: string): Promise<{ id: string }> {
  const { containers } = engine.storage
  const { id } = containers.resolve(ref)
  parseContainerName(name)
  await using _lock = await lockContainer(engine, id)
  const row = containers.resolve(id)
  if (row.name === name) throw new TspodError('E_NAME_IN_USE', `container ${ref} has the name ${name} already`)
  containers.rename(id, name)
  recordContainerEvent(engine, { ...row, name }, 'rename', { oldName: row.name })
  return { id }
}
