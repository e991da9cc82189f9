import { reasonOf, TspodError } from '../../base/errors.ts'
import { readTextIfExists } from '../../base/files.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { matchesAll, parseContainerFilters } from './filter.ts'
import { filterContext } from './filter-context.ts'
import { observe } from './reconcile.ts'

/** The containers that a command is to work on, other than by their names. */
export interface Selection {
  readonly all?: boolean
  /** `key=value`; see `parseContainerFilters` */
  readonly filters?: readonly string[]
  /** the one that was made last */
  readonly latest?: boolean
  /** files with an id in each */
  readonly cidfiles?: readonly string[]
  /** a file that is not there names none */
  readonly ignoreMissing?: boolean
}

/**
 * The ids of the containers that are meant, oldest first.
 *
 * @param among which of them `all` means
 * @throws {TspodError} E_BAD_FILTER, E_CIDFILE; E_CONTAINER_NOT_FOUND: there is no latest one
 */
export function selectContainers(
  engine: Engine,
  selection: Selection,
  among: (row: ContainerRow) => boolean = () => true,
): string[] {
  const { containers } = engine.storage
  const ids = (selection.cidfiles ?? []).flatMap((path) => readCidfile(path, selection.ignoreMissing ?? false))
  if (selection.latest) {
    const last = containers.list().at(-1)
    if (!last) throw new TspodError('E_CONTAINER_NOT_FOUND', 'there is no container, so none is the latest')
    ids.push(last.id)
  }
  const filters = parseContainerFilters(selection.filters ?? [], filterContext(engine))
  if (selection.all || filters.length > 0) {
    const rows = containers.list().map((row) => observe(engine, row))
    ids.push(...rows.filter((row) => (!selection.all || among(row)) && matchesAll(row, filters)).map(({ id }) => id))
  }
  return [...new Set(ids)]
}

/** An id of 64 digits and a newline. */
const MAX_BYTES = 256

function readCidfile(path: string, ignoreMissing: boolean): string[] {
  let text: string | undefined
  try {
    text = readTextIfExists(path, MAX_BYTES)?.trim()
  } catch (error) {
    throw new TspodError('E_CIDFILE', `could not read the container id file ${path}: ${reasonOf(error)}`, {
      cause: error,
    })
  }
  if (text === undefined && ignoreMissing) return []
  if (text === undefined) throw new TspodError('E_CIDFILE', `there is no container id file ${path}`)
  if (!/^[0-9a-f]{12,64}$/.test(text)) throw new TspodError('E_CIDFILE', `there is no container id in ${path}`)
  return [text]
}
