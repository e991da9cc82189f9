import { existsSync, renameSync } from 'node:fs'
import { isErrno, TspodError } from '../../base/errors.ts'
import { removeTree } from '../../storage/remove-tree.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { isInfra } from './is-infra.ts'

/**
 * The row of a container that has all its files: its directory goes as a whole (`removeFiles`).
 *
 * @param id a whole one
 * @throws {TspodError} E_CONTAINER_NOT_FOUND; E_CONTAINER_INCOMPLETE: a removal of it goes on, or was cut short
 */
export function requireWhole(engine: Engine, id: string): ContainerRow {
  const row = engine.storage.containers.resolve(id)
  if (existsSync(engine.containerDir(id))) return row
  throw new TspodError('E_CONTAINER_INCOMPLETE', `the files of container ${row.name} are gone: it was being removed`, {
    hint: `end its removal with "${removalOf(row)}"`,
  })
}

/** The command that removes a container of which something is missing. One that holds a pod goes with that. */
export function removalOf(row: ContainerRow): string {
  return isInfra(row) ? `tspod pod rm -f ${row.podId?.slice(0, 12)}` : `tspod rm -f ${row.name}`
}

/**
 * Reads a container's files without its lock. What `read` returns, or why it failed, counts only
 * where nobody has begun to remove the container by then: else it has seen a part of them.
 *
 * @throws {TspodError} what requireWhole throws, and what `read` does
 */
export function readWhole<T>(engine: Engine, id: string, read: () => T): T {
  let result: T
  try {
    result = read()
  } catch (error) {
    requireWhole(engine, id)
    throw error
  }
  requireWhole(engine, id)
  return result
}

/**
 * Removes the directory of a container. It gets another name first, which one step does: so nobody
 * takes for the container what a removal that goes on, or was killed, has left of it. The next
 * removal goes on with what is left; where the row has gone, it is swept.
 */
export function removeFiles(directory: string): void {
  const aside = `${directory}${GONE}`
  try {
    renameSync(directory, aside)
  } catch (error) {
    // Without room for a name it is removed where it is.
    if (isErrno(error, 'ENOSPC', 'EDQUOT')) removeTree(directory)
    else if (!isErrno(error, 'ENOENT')) throw error
  }
  removeTree(aside)
}

const GONE = '.gone'

/** The container whose directory, or what a removal has left of it, has this name. */
export function ownerOf(name: string): string | undefined {
  return /^([0-9a-f]{64})(\.gone)?$/.exec(name)?.[1]
}
