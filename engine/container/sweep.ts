import { readdirSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import { removeTree } from '../../storage/remove-tree.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { sweepTemporary } from '../../storage/temporary.ts'
import type { Engine } from '../engine.ts'
import { sweepMounts } from '../image/mount-tree.ts'
import { sweepNetworks } from '../network/sweep-networks.ts'
import { cleanupContainer } from './cleanup.ts'
import { makerDied, makerLives } from './maker.ts'
import { observe } from './reconcile.ts'
import { removeContainer } from './remove.ts'
import { ownerOf } from './whole.ts'

/** Long enough for whoever waited for the container to have tidied up after it. */
const ABANDONED_MS = 5000

/**
 * Removes what killed commands left: --rm containers that were never started or ended unseen, and
 * directories and anonymous volumes of containers that never came to be, mounts of what is gone, and what
 * networks that have ended had. For commands that write anyway.
 */
export async function sweepAbandoned(engine: Engine): Promise<void> {
  for (const row of engine.storage.containers.listAutoRemove()) {
    const { status, finishedAtMs } = observe(engine, row)
    // An end that is to come was written down before the clock was set back.
    if (status === 'exited' && Math.abs(Date.now() - (finishedAtMs ?? 0)) > ABANDONED_MS)
      await cleanupContainer(engine, row.id)
    if (status === 'created' && wasNeverStarted(engine, row)) {
      await removeContainer(engine, row.id, { force: true, ignoreMissing: true })
    }
  }
  engine.storage.volumes.sweepUnfinished()
  sweepDirectories(engine)
  sweepMounts(engine)
  sweepNetworks(engine)
}

/** By a maker that is dead; who looks while it dies may have missed the record of its launcher. */
function wasNeverStarted(engine: Engine, row: ContainerRow): boolean {
  return makerDied(engine.containerDir(row.id)) && observe(engine, row).status === 'created'
}

function sweepDirectories(engine: Engine): void {
  const { containers, paths } = engine.storage
  sweepTemporary(paths.containers, Date.now())
  const names = readdirSync(paths.containers)
  const ids = containers.ids() // after the directories: a container that was made meanwhile is in it
  for (const name of names) {
    const directory = engine.containerDir(name)
    const id = ownerOf(name)
    if (id !== undefined && !ids.has(id) && !makerLives(directory)) removeAbandoned(directory)
  }
}

/** What a child of its maker, which outlives it by a moment, still writes to is left for the next time. */
function removeAbandoned(directory: string): void {
  try {
    removeTree(directory)
  } catch (error) {
    if (!isErrno(error, 'ENOTEMPTY')) throw error
  }
}
