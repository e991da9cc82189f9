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

/** Of a container that runs, though its runtime files are not where this call has them. */
export function runsElsewhere({ storage }: Pick<Engine, 'storage'>, row: ContainerRow): TspodError {
  const { runroot } = storage.paths
  const noted = storage.facts.get(KEY)
  const isThere = noted !== undefined && noted !== runroot && existsSync(noted)
  const variable =
    isThere && noted.endsWith('/tspod') ? `XDG_RUNTIME_DIR=${noted.slice(0, -'/tspod'.length)}` : undefined
  const hint = isThere
    ? `it was started with ${noted}: ${variable === undefined ? `use --runroot ${noted}` : `export ${variable}`}`
    : `those were removed: end it with "kill ${row.pid}", then it can be started anew`
  return new TspodError('E_RUNS_ELSEWHERE', `container ${row.name} runs, but has no runtime files in ${runroot}`, {
    hint,
  })
}
