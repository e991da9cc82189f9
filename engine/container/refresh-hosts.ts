import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { hostAddress } from '../../network/host-address.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { hostsFile } from '../spec/files/hosts.ts'
import { type ContainerConfig, parseContainerConfig } from './config.ts'
import { describeContainerNetwork } from './describe-network.ts'

const MOST_BYTES = 1 << 20
const HOST_NAME = 'host.containers.internal'

/**
 * Before a container starts: addresses in its /etc/hosts that may be others than at its last start. What
 * else is in the file, which the container may have written to, stays, unless it made it larger than such a file can be.
 *
 * @param own its address, where that is known now
 */
export function refreshHosts(engine: Engine, row: ContainerRow, own: string | undefined): void {
  const { id, name, config } = row
  const path = join(engine.containerDir(id), 'hosts')
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) {
    engine.warn(`container ${name} made its /etc/hosts larger than ${MOST_BYTES} bytes: it gets a new one`)
    writeFileSync(path, newHosts(engine, row, own))
    return
  }
  const text = readTextIfExists(path, MOST_BYTES)
  if (text === undefined) return
  const isByAddress = reachesHostByAddress(parseContainerConfig(config))
  const addressOf = (names: readonly string[]): string | undefined => {
    if (names[0] === HOST_NAME) return isByAddress ? hostAddress() : undefined
    return names.at(-1) === name ? own : undefined
  }
  const fresh = text
    .split('\n')
    .map((line) => {
      const [, names] = /^[\da-fA-F.:]+\t([^\t]+)$/.exec(line) ?? []
      const address = names === undefined ? undefined : addressOf(names.split(' '))
      return address === undefined ? line : `${address}\t${names}`
    })
    .join('\n')
  if (fresh !== text) writeFileSync(path, fresh)
}

/** As when the container was made, but for what --hosts-file named then. */
function newHosts(engine: Engine, { id, name, config }: ContainerRow, own: string | undefined): string {
  const parsed = parseContainerConfig(config)
  const { spec, request } = parsed
  const { address, hostAddress: described } = describeContainerNetwork(engine, id, parsed)
  const usual = reachesHostByAddress(parsed) ? hostAddress() : described
  const wanted = request.defaults?.hostAddress
  return hostsFile({
    hostname: spec.hostname,
    name,
    address: own ?? address,
    hostAddress: wanted === 'none' ? undefined : (wanted ?? usual),
    addHosts: request.addHosts ?? [],
    ...(request.domainname ? { domainname: request.domainname } : {}),
  })
}

/** By the one that the host has, rather than by one that only stands for it, or one of containers.conf. */
function reachesHostByAddress({ networkMode, request: { networks = [], defaults } }: ContainerConfig): boolean {
  if (defaults?.hostAddress !== undefined) return false
  if (networkMode === 'bridge') return true
  const options = [...(defaults?.slirpOptions ?? []), ...networks]
  return networkMode === 'slirp4netns' && !options.some((text) => text.includes('allow_host_loopback=true'))
}
