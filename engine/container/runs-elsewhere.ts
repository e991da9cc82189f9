import { existsSync } from 'node:fs'
import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'

const KEY = 'runroot'

/** Notes which runtime directory containers are started with, for who comes with another one. */
export function noteRunroot({ storage }: Pick<Engine, 'storage'>): void {
  const { runroot } = storage.paths
  if (storage.facts.get(KEY) !== runroot) storage.facts.set(KEY, runroot)
}

/** Whether the runtime files of what runs without were removed, rather than that they are in another directory. */
export function areFilesGone({ storage }: Pick<Engine, 'storage'>): boolean {
  return notedElsewhere(storage) === undefined
}

/** Another runtime directory, where there may be more. */
function notedElsewhere({ facts, paths }: Engine['storage']): string | undefined {
  const noted = facts.get(KEY)
  return noted !== undefined && noted !== paths.runroot && existsSync(noted) ? noted : undefined
}

/** Of a container that runs, though its runtime files are not where this call has them. */
export function runsElsewhere({ storage }: Pick<Engine, 'storage'>, row: ContainerRow): TspodError {
  const { runroot } = storage.paths
  const noted = notedElsewhere(storage)
  const variable = noted?.endsWith('/tspod') ? `XDG_RUNTIME_DIR=${noted.slice(0, -'/tspod'.length)}` : undefined
  const hint =
    noted !== undefined
      ? `it was started with ${noted}: ${variable === undefined ? `use --runroot ${noted}` : `export ${variable}`}`
      : `those were removed: end it with "tspod stop ${row.name}", then it can be started anew`
  return new TspodError('E_RUNS_ELSEWHERE', `container ${row.name} runs, but has no runtime files in ${runroot}`, {
    hint,
  })
}
