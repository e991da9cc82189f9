import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { makerLives } from './maker.ts'
import { observe } from './reconcile.ts'

/** Whether a container does not run, and no command is about to start it that has just made it. */
export function hasEnded(engine: Engine, row: ContainerRow): boolean {
  const { status } = observe(engine, row)
  return status === 'exited' || (status === 'created' && !makerLives(engine.containerDir(row.id)))
}
