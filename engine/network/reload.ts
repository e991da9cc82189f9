import { allows } from '../container/allows.ts'
import { parseContainerConfig } from '../container/config.ts'
import { lockContainer } from '../container/lock.ts'
import { settle } from '../container/reconcile.ts'
import { renewResolvConf } from '../container/renew-resolv-conf.ts'
import type { Engine } from '../engine.ts'
import { lostOnes } from '../monitor/watched.ts'
import { forgetMends } from './mend-limit.ts'
import { mendUplink } from './mend-uplink.ts'
import { reattach } from './reattach.ts'
import { renewGateway, renewHelper } from './renew-helpers.ts'

/**
 * Makes the network of a container that runs anew, with the same addresses, names and ports: its links in named
 * networks, or slirp4netns or pasta. Its resolv.conf says what the host's says now.
 *
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_CONTAINER_NOT_RUNNING, E_CONTAINER_STATE
 * @throws {TspodError} E_LAUNCH_FAILED, E_PORT_IN_USE, E_MONITOR_LOST, E_NETWORK_HELPER_MISSING, E_NETWORK_LOST
 * @see podman-network-reload(1)
 */
export async function reloadNetwork(engine: Engine, ref: string): Promise<{ id: string }> {
  const { containers } = engine.storage
  const { id } = containers.resolve(ref)
  await using _lock = await lockContainer(engine, id)
  const row = settle(engine, containers.resolve(id))
  allows('network reload', row, ref)
  forgetMends(engine.runDir(id))
  renewResolvConf(engine, row)
  const { networkMode } = parseContainerConfig(row.config)
  if (networkMode === 'bridge') {
    await mendUplink(engine, { again: true })
    await reattach(engine, row)
  } else {
    await renewHelper(engine, row)
    if (lostOnes(engine.runDir(id)).includes('gateway')) await renewGateway(engine, row)
  }
  containers.update(id, { error: null })
  return { id }
}
