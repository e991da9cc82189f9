import { deleteLink } from '../../network/netlink/link.ts'
import { toHex } from '../../network/netlink/message.ts'
import { listenerOf } from '../../network/ports/listener.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'
import { isTcp } from '../container/port-gateway.ts'
import { republishContainerPorts } from '../container/publish.ts'
import type { Engine } from '../engine.ts'
import { carryOut } from '../launcher/carry-out.ts'
import { readRecord } from '../monitor/record.ts'
import { watchSuccessor } from '../monitor/watched.ts'
import { compileReattachPlan } from '../plan/compile-connect-plan.ts'
import { assignAddresses } from './assign.ts'
import { containerNetworks } from './container-networks.ts'
import { membershipOf } from './start.ts'
import { withNetworks } from './with-networks.ts'

/**
 * Makes a container that runs a member of its named networks anew: new links with the addresses it has, its names and
 * its ports; in networks that are made anew, too, where nobody holds them any more.
 *
 * @throws {TspodError} E_LAUNCH_FAILED, E_PORT_IN_USE, E_MONITOR_LOST, E_NETWORK_HELPER_MISSING
 */
export async function reattach(engine: Engine, row: ContainerRow): Promise<void> {
  const endpoints = containerNetworks(engine, row)
  if (endpoints.length === 0) return
  const runDir = engine.runDir(row.id)
  const ports = (parseContainerConfig(row.config).ports ?? []).filter(isTcp)
  const lines = [`member ${row.id}`, ...ports.map((port) => `unforward ${listenerOf(port).label}`), '']
  const replaced = {
    inside: toHex(...endpoints.map(({ endpoint }) => deleteLink(endpoint.interfaceName))),
    ports: { text: lines.join('\n'), listeners: [] },
  }
  assignAddresses(engine, row.id)
  await withNetworks(engine, async (networksDir) => {
    const { attachment } = await membershipOf(engine, row, networksDir)
    await carryOut(engine.launcher, compileReattachPlan(runDir, attachment, replaced))
    await republishContainerPorts(engine, row)
    const holder = readRecord(networksDir)
    // One that has ended again is looked after by who watches it.
    watchSuccessor(runDir, 'networks', holder.state === 'running' ? holder : { pid: 0, startTime: '0' })
  })
}
