import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { containerNetworks } from '../network/container-networks.ts'
import { nameserverIn } from '../network/nameserver.ts'
import { resolvConf } from '../spec/files/resolv-conf.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { describeContainerNetwork } from './describe-network.ts'

const MOST_BYTES = 1 << 20

/**
 * Has the resolv.conf of a container say what the host's says now. As with podman what the container wrote into it
 * is gone; one that runs sees the same file.
 *
 * @throws {TspodError} E_NETWORK_HELPER_MISSING
 */
export function renewResolvConf(engine: Engine, row: ContainerRow): void {
  const config = parseContainerConfig(row.config)
  const path = join(engine.containerDir(row.id), 'resolv.conf')
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size
  if (sizeBytes === undefined) return
  const { dns = [], dnsSearch = [], dnsOptions = [] } = config.request
  const text = resolvConf({
    hostText: readTextIfExists('/etc/resolv.conf', MOST_BYTES) ?? '',
    systemdText: readTextIfExists('/run/systemd/resolve/resolv.conf', MOST_BYTES) ?? '',
    hostNetwork: config.networkMode === 'host',
    dns: dns.filter((server) => server !== 'none'),
    dnsSearch,
    dnsOptions,
    ...nameserverOf(engine, row, config),
  })
  // What a container made too large to be ours is not read.
  if (sizeBytes > MOST_BYTES || text !== readTextIfExists(path, MOST_BYTES)) writeFileSync(path, text)
}

/** Of its networks with names; else the helper's. */
function nameserverOf(
  engine: Engine,
  row: ContainerRow,
  config: ContainerConfig,
): { readonly nameserver: string | undefined; readonly knowsMore?: boolean } {
  const networks = containerNetworks(engine, row).map(({ network }) => network)
  const nameserver = nameserverIn(networks, config.request)
  if (nameserver !== undefined) return { nameserver, knowsMore: true }
  return { nameserver: describeContainerNetwork(engine, row.id, config).nameserver }
}
