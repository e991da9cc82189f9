import type { Engine } from '../engine.ts'
import { signalContainer } from '../monitor/client.ts'
import { containerNotRunning } from './errors.ts'
import { observe } from './reconcile.ts'

/**
 * Sends a signal to a container's first process and does not wait for what it does.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_CONTAINER_NOT_RUNNING
 * @see podman-kill(1)
 */
export async function killContainer(engine: Engine, ref: string, signal: number): Promise<{ id: string }> {
  const row = engine.storage.containers.resolve(ref)
  const isSent = await signalContainer(engine.runDir(row.id), signal)
  if (!isSent) throw containerNotRunning(ref, observe(engine, row).status)
  return { id: row.id }
}
