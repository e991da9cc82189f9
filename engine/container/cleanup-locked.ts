import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { settle } from './reconcile.ts'
import { releaseRuntime } from './release.ts'
import { removeLocked } from './remove.ts'
import { scheduleRestart } from './schedule-restart.ts'

/** As `cleanupContainer`, for who has the container's lock. */
export function cleanupLocked(engine: Engine, row: ContainerRow): void {
  const now = settle(engine, row)
  if (now.status !== 'exited') return
  releaseRuntime(engine, row)
  if (row.status !== 'exited') recordContainerEvent(engine, now, 'cleanup')
  if (scheduleRestart(engine, now)) return
  if (row.autoRemove) removeLocked(engine, row, { volumes: true })
}
