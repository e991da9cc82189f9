import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { assignPorts, isFree } from './assign-ports.ts'
import { parseContainerConfig } from './config.ts'

/**
 * Chooses other ports of the host in the place of those that were chosen before and that somebody
 * has taken since. For who has the container's lock, when it could not be started.
 *
 * @returns the row as it is then; undefined where that is no way out
 */
export async function chooseOtherPorts(engine: Engine, row: ContainerRow): Promise<ContainerRow | undefined> {
  const before = parseContainerConfig(row.config)
  const requests = await Promise.all(
    (before.ports ?? []).map(async (port) =>
      port.isChosen && !(await isFree(port)) ? { ...port, hostPort: 0 } : port,
    ),
  )
  if (requests.every(({ hostPort }) => hostPort !== 0)) return undefined
  const config = { ...before, ports: await assignPorts(requests) }
  engine.storage.containers.update(row.id, { config })
  return { ...row, config }
}
