import { isErrno } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { signalContainer, waitForExit } from '../monitor/client.ts'
import { parseContainerConfig } from './config.ts'
import { settle } from './reconcile.ts'

const SIGKILL = 9

/** A process that was killed is gone at once, but for one that waits for a disk. */
const REAP_MS = 10_000

/** Stops the container whose lock the caller has. Returns the row as it is then. */
export async function stopLocked(
  engine: Engine,
  row: ContainerRow,
  graceMs: number | undefined,
): Promise<ContainerRow> {
  const before = settle(engine, row)
  if (before.status !== 'running') return before
  const config = parseContainerConfig(row.config)
  const patienceMs = graceMs ?? config.stopTimeoutS * 1000
  const hasEnded = patienceMs > 0 && (await signalAndWait(engine, row.id, config.stopSignal, patienceMs))
  if (!hasEnded && !(await signalAndWait(engine, row.id, SIGKILL, REAP_MS))) {
    throw new Error(`container ${row.id} did not end within ${REAP_MS} ms of SIGKILL`)
  }
  return settle(engine, before)
}

async function signalAndWait(engine: Engine, id: string, signal: number, withinMs: number): Promise<boolean> {
  const runDir = engine.runDir(id)
  const record = await waitForExit(runDir, { withinMs, tidies: true, ready: () => signalIfThere(runDir, signal) })
  return record !== undefined && record.state !== 'running'
}

/** One that has ended meanwhile needs none. */
async function signalIfThere(runDir: string, signal: number): Promise<void> {
  try {
    await signalContainer(runDir, signal)
  } catch (error) {
    if (!isErrno(error, 'ESRCH')) throw error
  }
}
