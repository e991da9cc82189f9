import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { recordedCgroup } from '../cgroup/record.ts'
import type { Engine } from '../engine.ts'
import { readyLauncher } from '../launcher/control.ts'
import { started } from '../launcher/launch.ts'
import { connectMonitor } from '../monitor/attach.ts'
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from '../plan/detach-keys.ts'
import { parseContainerConfig } from './config.ts'
import { containerPlan } from './plan.ts'
import { noteRunning } from './start.ts'

/**
 * Lets the program of a container that is initialized be run, in the background. For who has its lock.
 *
 * @throws {TspodError} E_LAUNCH_FAILED: exit code 126 or 127 where the program cannot be run
 * @throws {TspodError} E_MONITOR_LOST
 */
export async function startInitialized(engine: Engine, row: ContainerRow): Promise<void> {
  const socket = connectMonitor(engine.runDir(row.id))
  if (socket === undefined) throw new TspodError('E_MONITOR_LOST', `the monitor of container ${row.name} was killed`)
  const control = readyLauncher(socket)
  // Its monitor has the plan; the words for what fails are in the same one.
  const plan = await containerPlan(engine, row, {
    streams: [],
    detachKeys: parseDetachKeys(parseContainerConfig(row.config).request.detachKeys ?? DEFAULT_DETACH_KEYS),
    cgroup: recordedCgroup(engine.runDir(row.id)),
    waits: true,
    preserveFds: 0,
  })
  control.write('start\n')
  const launched = await started(control, plan)
  noteRunning(engine, row, launched)
  launched.leave()
}
