import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { listPods } from './list.ts'
import { readPodIdFile } from './read-id-file.ts'
import type { PodStatus } from './status.ts'

/** The pods that a command is to work on, other than by their names. */
export interface PodSelection {
  readonly all?: boolean
  /** the one that was made last */
  readonly latest?: boolean
  /** files with an id in each */
  readonly idFiles?: readonly string[]
  /** those in one of these states; every one where it is absent */
  readonly among?: readonly PodStatus[]
}

/**
 * The ids of the pods that are meant, oldest first.
 *
 * @throws {TspodError} E_POD_ID_FILE; E_POD_NOT_FOUND: there is no latest one
 */
export function selectPods(engine: Engine, { all, latest, idFiles = [], among }: PodSelection): string[] {
  const ids = idFiles.map(readPodIdFile)
  if (!all && !latest) return ids
  const pods = listPods(engine)
  if (all) return [...ids, ...pods.filter(({ status }) => among?.includes(status) ?? true).map(({ row }) => row.id)]
  const last = pods.at(-1)
  if (!last) throw new TspodError('E_POD_NOT_FOUND', 'there is no pod, so none is the latest')
  return [...ids, last.row.id]
}
