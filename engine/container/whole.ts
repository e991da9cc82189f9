import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { isErrno, TspodError } from '../../base/errors.ts'
import { removeTree } from '../../storage/remove-tree.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { temporaryPath } from '../../storage/temporary.ts'
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
 * Removes the directory of a container. It gets another name first, which one step does: so
 * nobody takes for the container what a removal that goes on, or was killed, has left of it. What
 * is left under that name is swept.
 */
export function removeFiles(directory: string): void {
  removeTree(setAside(directory))
}

/** On a disk without room for a name it is removed where it is. */
function setAside(directory: string): string {
  const aside = temporaryPath(dirname(directory), 'removed')
  try {
    renameSync(directory, aside)
    return aside
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOSPC', 'EDQUOT')) throw error
    return directory
  }
}
