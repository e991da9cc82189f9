import { TspodError } from '../../base/errors.ts'
import type { Engine } from '../engine.ts'
import { waitForExit } from '../monitor/client.ts'
import { containerNotRunning } from './errors.ts'
import { observe } from './reconcile.ts'

/**
 * Waits for a container's end and resolves with its exit status; at once where it has ended.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF
 * @throws {TspodError} E_CONTAINER_NOT_RUNNING: it was never started
 * @throws {TspodError} E_EXIT_STATUS_UNKNOWN: it was removed before its status could be read
 * @see podman-wait(1)
 */
export async function waitForContainer(engine: Engine, ref: string): Promise<number> {
  const row = engine.storage.containers.resolve(ref)
  const now = observe(engine, row)
  if (now.status === 'created') throw containerNotRunning(ref, now.status)
  if (now.status === 'exited') return now.exitCode ?? 0
  const record = await waitForExit(engine.runDir(row.id))
  if (record?.state === 'exited') return record.exitCode
  const after = engine.storage.containers.find(row.id)
  const status = after ? observe(engine, after).exitCode : null
  if (status !== null) return status
  throw new TspodError('E_EXIT_STATUS_UNKNOWN', `container ${ref} has ended and was removed before its status was read`)
}
