import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfExists } from '../../base/files.ts'
import { formatAddress } from '../../network/addresses/address.ts'
import type { Endpoint } from '../../network/bridge/endpoint.ts'
import { gatewayOf, UPLINK } from '../../network/bridge/network.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseContainerConfig } from '../container/config.ts'
import type { Engine } from '../engine.ts'

const MOST_BYTES = 1 << 20

/** After a container's networks have changed: who answers for names there, unless the user chose. What else it says stays. */
export function refreshResolvConf(engine: Engine, { id, config }: ContainerRow, endpoints: readonly Endpoint[]): void {
  if (parseContainerConfig(config).request.dns?.length) return
  const path = join(engine.containerDir(id), 'resolv.conf')
  const text = readTextIfExists(path, MOST_BYTES)
  if (text === undefined) return
  const kept = text.split('\n').filter((line) => line !== '' && !/^nameserver\s/.test(line))
  writeFileSync(path, [...kept, `nameserver ${nameserverOf(endpoints)}`, ''].join('\n'))
}

/** Of the first network that knows names, which the gateway tells of all. */
function nameserverOf(endpoints: readonly Endpoint[]): string {
  const first = endpoints.find(({ network, egress }) => egress || network.hasNames)
  const [subnet] = first?.egress ? first.addresses.map((own) => own.subnet) : (first?.network.subnets ?? [])
  return subnet ? formatAddress(gatewayOf(subnet)) : UPLINK.resolver
}
