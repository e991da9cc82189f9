import { TspodError } from '../../base/errors.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'
import { isTcp } from '../container/port-gateway.ts'
import { addUdp, removeUdp } from '../container/publish.ts'
import type { Engine } from '../engine.ts'

/**
 * After a running container's networks have changed: its UDP ports lead to it by the network that is the
 * first one now. Where none can, that is said, and they lead nowhere.
 */
export async function followUdp(engine: Engine, row: ContainerRow): Promise<void> {
  const ports = (parseContainerConfig(row.config).ports ?? []).filter((port) => !isTcp(port))
  if (ports.length === 0) return
  await removeUdp(engine, row, ports)
  if (engine.storage.endpoints.ofContainer(row.id).length === 0) return
  try {
    await addUdp(engine, row, ports)
  } catch (error) {
    if (!(error instanceof TspodError)) throw error
    engine.warn(error.message)
  }
}
