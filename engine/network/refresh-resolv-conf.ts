import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { UPLINK } from '../../network/bridge/network.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'
import { nameserverIn } from './nameserver.ts'

const MOST_BYTES = 1 << 20

/** After a container's networks have changed: who answers for names there, else whom the user chose. What else it says stays. */
export function refreshResolvConf(engine: Engine, { id, config }: ContainerRow, networks: readonly NetworkRow[]): void {
  const { request } = parseContainerConfig(config)
  const chosen = request.dns ?? []
  if (chosen.includes('none')) return
  const path = join(engine.containerDir(id), 'resolv.conf')
  const text = readTextIfExists(path, MOST_BYTES)
  if (text === undefined) return
  const kept = text.split('\n').filter((line) => line !== '' && !/^nameserver\s/.test(line))
  const nameserver = nameserverIn(networks, request)
  const servers = nameserver === undefined && chosen.length > 0 ? chosen : [nameserver ?? UPLINK.resolver]
  writeFileSync(path, [...kept, ...servers.map((server) => `nameserver ${server}`), ''].join('\n'))
}
