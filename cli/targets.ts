import { listContainers } from '../engine/container/list.ts'
import type { Engine } from '../engine/engine.ts'
import { badArguments } from './flags/errors.ts'

/** The containers a command was given, or with `--all` every one, or every one that runs. */
export function containerTargets(
  engine: Engine,
  named: readonly string[],
  options: { readonly all: boolean; readonly which: 'running' | 'every'; readonly command: string },
): readonly string[] {
  if (options.all) {
    if (named.length > 0) throw badArguments(`${options.command} takes names or --all, not both`, options.command)
    return listContainers(engine, { all: options.which === 'every' }).map(({ id }) => id)
  }
  if (named.length === 0) throw badArguments(`${options.command} needs at least one container`, options.command)
  return named
}
