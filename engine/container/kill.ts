import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { signalContainer } from '../monitor/client.ts'
import { allows } from './allows.ts'
import { parseContainerConfig } from './config.ts'
import { observeHere } from './reconcile.ts'

const SIGKILL = 9

/**
 * Sends a signal to a container's first process and does not wait for what it does. What SIGKILL
 * or its stop signal ends is not started again by a restart policy.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_CONTAINER_NOT_RUNNING
 * @see podman-kill(1)
 */
export async function killContainer(engine: Engine, ref: string, signal: number): Promise<{ id: string }> {
  const { containers } = engine.storage
  const row = containers.resolve(ref)
  allows('kill', observeHere(engine, row), ref)
  const isEnd = signal === SIGKILL || signal === parseContainerConfig(row.config).stopSignal
  if (isEnd && !row.stoppedByUser) containers.update(row.id, { stoppedByUser: true })
  const isSent = await signalContainer(engine.runDir(row.id), signal)
  if (!isSent) allows('kill', { id: row.id, status: 'exited' }, ref) // it ended between our looks
  recordContainerEvent(engine, row, 'kill', { signal: `${signal}` })
  return { id: row.id }
}
