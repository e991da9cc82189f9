import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'
import { recordContainerEvent } from '../events/record.ts'
import { signalContainer } from '../monitor/client.ts'
import { readRecord } from '../monitor/record.ts'
import { readHealthStatus } from './read-health.ts'

const SIGKILL = 9

/**
 * Does what is to be done when the health of a container that runs has changed; returns whether it runs.
 * The monitor has us look when it has.
 *
 * @see podman-run(1), "--health-on-failure", "--health-startup-retries"
 */
export async function reactToHealth(engine: Engine, id: string): Promise<boolean> {
  const runDir = engine.runDir(id)
  const { status, isStuck } = readHealthStatus(runDir)
  if (status === '' || readRecord(runDir).state !== 'running') return false
  const row = engine.storage.containers.find(id)
  if (!row) return false
  if (row.stoppedByUser) return true // it is on its way out, and nobody wants it back
  if (isStuck) {
    await restart(engine, id)
    return true
  }
  recordContainerEvent(engine, row, 'health_status', { health_status: status })
  if (status !== 'unhealthy') return true
  switch (parseContainerConfig(row.config).health?.onFailure) {
    case 'kill':
      await signalContainer(runDir, SIGKILL)
      break
    case 'stop': {
      const { stopContainer } = await import('../container/stop.ts')
      await stopContainer(engine, id, { ignoreMissing: true })
      break
    }
    case 'restart':
      await restart(engine, id)
      break
    default:
  }
  return true
}

async function restart(engine: Engine, id: string): Promise<void> {
  const { restartContainer } = await import('../container/restart.ts')
  await restartContainer(engine, id, { unlessStopped: true })
}
