import { TspodError } from '../../base/errors.ts'
import { allows } from '../container/allows.ts'
import { parseContainerConfig } from '../container/config.ts'
import { observeHere } from '../container/reconcile.ts'
import type { Engine } from '../engine.ts'
import { readyLauncher } from '../launcher/control.ts'
import { connectMonitor } from '../monitor/attach.ts'
import { type HealthStatus, readHealthStatus } from './read-health.ts'

/**
 * Has the monitor check the health of a container now, and not when it is time. Resolves with the exit
 * status of the check, which counts as any other, and with the health as it is then.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_STATE, E_CONTAINER_NOT_RUNNING
 * @throws {TspodError} E_NO_HEALTHCHECK: it has none; E_MONITOR_LOST
 * @see podman-healthcheck-run(1)
 */
export async function runHealthCheck(
  engine: Engine,
  ref: string,
): Promise<{ exitCode: number; status: HealthStatus | '' }> {
  const row = engine.storage.containers.resolve(ref)
  if (parseContainerConfig(row.config).health === undefined) {
    throw new TspodError('E_NO_HEALTHCHECK', `container ${ref} has no health check`, {
      hint: 'give it one with "tspod run --health-cmd"',
    })
  }
  allows('exec', observeHere(engine, row), ref)
  const runDir = engine.runDir(row.id)
  const socket = connectMonitor(runDir)
  const control = socket === undefined ? undefined : readyLauncher(socket)
  control?.write('check\n')
  const [word, exitCode] = (await control?.next())?.split(' ') ?? []
  control?.leave()
  if (word !== 'checked') throw new TspodError('E_MONITOR_LOST', `container ${ref} ended while it was checked`)
  return { exitCode: Number(exitCode), status: readHealthStatus(runDir).status }
}
