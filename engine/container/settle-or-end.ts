import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { parseContainerConfig } from './config.ts'
import { settle } from './reconcile.ts'
import { areFilesGone } from './runs-elsewhere.ts'
import type { StopHow } from './stop-locked.ts'

/**
 * As `settle`, for who is about to stop the container: one whose runtime files were removed is ended
 * first, as nothing else can be done with it.
 *
 * @throws {TspodError} E_RUNS_ELSEWHERE: they are in another directory
 */
export async function settleOrEnd(engine: Engine, row: ContainerRow, how: StopHow): Promise<ContainerRow> {
  try {
    return settle(engine, row)
  } catch (error) {
    if (!(error instanceof TspodError) || error.code !== 'E_RUNS_ELSEWHERE' || !areFilesGone(engine)) throw error
    const { endStranded } = await import('./end-stranded.ts')
    const { stopSignal, stopTimeoutS } = parseContainerConfig(row.config)
    await endStranded(row, { signal: how.signal ?? stopSignal, graceMs: how.graceMs ?? stopTimeoutS * 1000 })
    return settle(engine, row)
  }
}
