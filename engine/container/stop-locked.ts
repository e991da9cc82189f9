import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { REAP_MS, signalContainer, waitForExit } from '../monitor/client.ts'
import { parseContainerConfig } from './config.ts'
import { endRestartDelay } from './end-restart-delay.ts'
import { settle } from './reconcile.ts'
import { settleOrEnd } from './settle-or-end.ts'
import { goOn } from './unpause.ts'

const SIGKILL = 9

export interface StopHow {
  /** between the stop signal and SIGKILL; the container's own stop timeout where it is absent */
  readonly graceMs?: number | undefined
  /** in place of the container's own stop signal */
  readonly signal?: number | undefined
}

/**
 * Stops the container whose lock the caller has, and notes before that it was asked for, so that
 * no restart policy brings it back. Returns the row as it is then.
 *
 * @throws {TspodError} E_CANNOT_STOP: not even SIGKILL ends it
 */
export async function stopLocked(engine: Engine, row: ContainerRow, how: StopHow): Promise<ContainerRow> {
  if (row.startedAtMs !== null && !row.stoppedByUser) {
    engine.storage.containers.update(row.id, { stoppedByUser: true })
  }
  endRestartDelay(engine.runDir(row.id))
  const before = await settleOrEnd(engine, { ...row, stoppedByUser: true }, how)
  if (before.status === 'exited' || before.status === 'created') return before
  await endProcesses(engine, before, how)
  const stopped = settle(engine, before)
  recordContainerEvent(engine, row, 'stop')
  return stopped
}

async function endProcesses(engine: Engine, row: ContainerRow, how: StopHow): Promise<void> {
  const config = parseContainerConfig(row.config)
  // Nothing of the program has run yet in one that is only initialized.
  const patienceMs = row.status === 'initialized' ? 0 : (how.graceMs ?? config.stopTimeoutS * 1000)
  if (patienceMs > 0 && (await signalAndWait(engine, row, how.signal ?? config.stopSignal, patienceMs))) return
  if (await signalAndWait(engine, row, SIGKILL, REAP_MS)) return
  throw new TspodError('E_CANNOT_STOP', `container ${row.name} did not end within ${REAP_MS} ms of SIGKILL`, {
    hint: `its process ${row.pid} waits for the kernel; see "cat /proc/${row.pid}/stack" as root`,
  })
}

async function signalAndWait(engine: Engine, row: ContainerRow, signal: number, withinMs: number): Promise<boolean> {
  const ready = async (): Promise<void> => {
    await signalContainer(engine.runDir(row.id), signal)
    if (row.status === 'paused') goOn(engine, row)
  }
  const record = await waitForExit(engine.runDir(row.id), { withinMs, tidies: true, ready })
  return record !== undefined && record.state !== 'running'
}
