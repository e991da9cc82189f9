import { closeSync, fstatSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../base/clock.ts'
import { isErrno, TspodError } from '../../base/errors.ts'
import { isProcess } from '../../base/process-start.ts'
import { openHandle } from '../../storage/copying/descriptors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { readRecord } from '../monitor/record.ts'
import type { HeldRoot } from './hold-root.ts'
import { lockContainer } from './lock.ts'
import { requireWhole } from './whole.ts'

export interface ContainerRoot extends HeldRoot {
  readonly isRunning: boolean
}

/** Between our look at the container and the opening of its root it may end, or start; its monitor has yet to write that down. */
const PATIENCE_MS = 3000
const PAUSE_MS = 10

/**
 * A handle of a container's root directory as its processes see it, with all that is mounted in it.
 * Of one that runs through its first process; else its files are mounted for us alone, and nobody
 * starts it meanwhile.
 *
 * @throws {TspodError} E_NOT_VISIBLE: it has to be looked at from inside its user namespace
 * @throws {TspodError} E_LAUNCH_FAILED, E_LOCK_TIMEOUT; what requireWhole throws
 */
export async function openContainerRoot(engine: Engine, row: ContainerRow): Promise<ContainerRoot> {
  for (const endMs = monotonicMs() + PATIENCE_MS; monotonicMs() < endMs; await sleep(PAUSE_MS)) {
    const fd = openRunning(engine, row)
    if (fd !== undefined) return { fd, isRunning: true, [Symbol.asyncDispose]: async () => closeSync(fd) }
    const held = await holdStopped(engine, row)
    if (held) return { ...held, isRunning: false }
  }
  throw new TspodError('E_CONTAINER_BUSY', `container ${row.name} starts and ends all the time`)
}

/** undefined where it does not run. Source: proc_pid_root(5). */
function openRunning(engine: Engine, row: ContainerRow): number | undefined {
  const record = readRecord(engine.runDir(row.id))
  if (record.state !== 'running' && record.state !== 'initialized') return undefined
  let fd: number
  try {
    fd = openHandle(`/proc/${record.pid}/root`)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
  if (!isProcess(record.pid, record.startTime)) {
    closeSync(fd)
    return undefined
  }
  if (isHidden(fd)) {
    closeSync(fd)
    throw notVisible(row.name)
  }
  return fd
}

/** undefined where it runs by now. */
async function holdStopped(engine: Engine, row: ContainerRow): Promise<HeldRoot | undefined> {
  const lock = await lockContainer(engine, row.id)
  try {
    const { state } = readRecord(engine.runDir(row.id))
    if (state === 'running' || state === 'initialized') {
      await lock[Symbol.asyncDispose]()
      return undefined
    }
    const { holdRoot } = await import('./hold-root.ts')
    // Again: it may have been removed, or have another name, while we waited.
    const held = await holdRoot(engine, requireWhole(engine, row.id))
    return {
      fd: held.fd,
      [Symbol.asyncDispose]: async () => {
        await held[Symbol.asyncDispose]()
        await lock[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

/** The kernel shows what a program of a user namespace serves to nobody outside of it. Source: fuse(8), "allow_other". */
function isHidden(fd: number): boolean {
  try {
    fstatSync(fd)
    return false
  } catch (error) {
    if (isErrno(error, 'EACCES')) return true
    throw error
  }
}

function notVisible(name: string): TspodError {
  return new TspodError('E_NOT_VISIBLE', `the files of container ${name} can be seen only from inside it`)
}
