import type { ContainerRow } from '../engine/container/list.ts'
import { selectContainers } from '../engine/container/select.ts'
import type { Engine } from '../engine/engine.ts'
import { badArguments } from './flags/errors.ts'

/** What a command was told of the containers it is for; see `TARGET_OPTIONS`. */
export interface TargetArguments {
  readonly container: readonly string[]
  readonly all?: boolean
  readonly filter?: readonly string[]
  readonly latest?: boolean
  readonly cidfile?: readonly string[]
  readonly ignore?: boolean
}

/** The states that a process of the container is there in. */
export const LIVE: readonly ContainerRow['status'][] = ['initialized', 'running', 'paused', 'stopping', 'restarting']

/**
 * The containers a command was given by name, or that its flags select.
 *
 * @param options `among`: the states of those that `--all` means; every one where it is absent
 * @throws {TspodError} E_BAD_ARGUMENTS: none, or names and a flag in their place; what `selectContainers` throws
 */
export function containerTargets(
  engine: Engine,
  args: TargetArguments,
  { command, among }: { readonly command: string; readonly among?: readonly ContainerRow['status'][] },
): readonly string[] {
  const { container, all = false, filter = [], latest = false, cidfile = [], ignore = false } = args
  const flags = Object.entries({ all, filter: filter.length > 0, latest, cidfile: cidfile.length > 0 })
    .filter(([, isGiven]) => isGiven)
    .map(([name]) => name)
  const [flag] = flags
  if (flag === undefined) {
    if (container.length === 0) throw badArguments(`${command} needs at least one container`, command)
    return container
  }
  if (container.length > 0) throw badArguments(`${command} takes names or --${flag}, not both`, command)
  const alone = flags.find((name) => name !== 'filter')
  const other = flags.find((name) => name !== alone && name !== 'filter')
  if (other !== undefined) throw badArguments(`--${alone} and --${other} cannot be used together`, command)
  const selection = { all, filters: filter, latest, cidfiles: cidfile, ignoreMissing: ignore }
  return selectContainers(engine, selection, (row) => among?.includes(row.status) ?? true)
}
