import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'
import { describeContainerNetwork } from '../container/describe-network.ts'
import { answerLoopback, preparePorts, publishContainerPorts, silenceLoopback } from '../container/publish.ts'
import type { Engine } from '../engine.ts'
import { endWatched } from '../monitor/watched.ts'
import { helperSteps } from '../plan/helper-steps.ts'
import { keepHelper } from './keep.ts'
import { keepGateway } from './keep-gateway.ts'

/**
 * Starts slirp4netns or pasta anew for a container that runs. What it had been connected with is not any more.
 *
 * @throws {TspodError} E_LAUNCH_FAILED, E_PORT_IN_USE, E_MONITOR_LOST, E_NETWORK_HELPER_MISSING
 */
export async function renewHelper(engine: Engine, row: ContainerRow): Promise<void> {
  const runDir = engine.runDir(row.id)
  const config = parseContainerConfig(row.config)
  const { helper, address } = describeContainerNetwork(engine, row.id, config)
  if (!helper) return
  await endWatched(runDir, 'helper')
  await silenceLoopback(engine, row)
  await preparePorts(engine, row, config)
  await keepHelper(engine, { runDir, name: 'helper' }, helperSteps(helper, `${runDir}/network.log`))
  try {
    await publishContainerPorts(engine, row)
  } catch (error) {
    await endWatched(runDir, 'helper')
    throw error
  }
  // The gateway has found out where the container is, and that may be somewhere else now.
  if (address === undefined) await renewGateway(engine, row)
}

/** As `renewHelper`, of who has its ports lead to a container that is in no named network. */
export async function renewGateway(engine: Engine, row: ContainerRow): Promise<void> {
  await keepGateway(engine, row, parseContainerConfig(row.config).ports ?? [])
  await answerLoopback(engine, row)
}
