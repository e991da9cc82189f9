import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { removeContainer } from './remove.ts'

/**
 * With --replace, removes the container that has the name the new one is to get.
 *
 * @throws {TspodError} E_BAD_ARGUMENTS: there is no name; what `removeContainer` throws
 * @see podman-run(1), "--replace"
 */
export async function makeWay(engine: Engine, { name, replace }: RunRequest): Promise<void> {
  if (!replace) return
  if (name === undefined) {
    throw new TspodError('E_BAD_ARGUMENTS', 'cannot replace a container without a name', {
      hint: 'name it with --name',
    })
  }
  const row = engine.storage.containers.find(name)
  // The beginning of an id is not a name.
  if (row?.name === name) await removeContainer(engine, row.id, { force: true, ignoreMissing: true, volumes: true })
}
