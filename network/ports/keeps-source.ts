import { parseAddress } from '../addresses/address.ts'
import type { NetworkMode, Port } from '../driver.ts'
import { hasVersion6 } from './has-version6.ts'
import { isLoopback } from './relays.ts'

/** Whether a container sees the address of who calls: always, only of callers of one version, never. */
export type KeepsSource = 'yes' | 'ipv4' | 'ipv6' | 'no'

type Family = 4 | 6

/**
 * Pure but for the default. Who calls from the host's loopback is never seen, as that address is
 * another one in the container.
 *
 * @param families versions of the addresses of the container that ports lead to
 * @param isLimited its way out is: UDP is relayed to it
 */
export function keepsSource(
  { hostIp, protocol }: Pick<Port, 'hostIp' | 'protocol'>,
  {
    families,
    isLimited = false,
    dualStack = hasVersion6(),
  }: { readonly families: ReadonlySet<Family>; readonly isLimited?: boolean; readonly dualStack?: boolean },
): KeepsSource {
  if (isLoopback(hostIp) || (isLimited && protocol === 'udp')) return 'no'
  const callers = callersOf(hostIp, { dualStack: dualStack && protocol === 'tcp' })
  const kept = callers.filter((family) => families.has(family))
  if (kept.length === callers.length) return 'yes'
  return kept.length === 0 ? 'no' : kept[0] === 4 ? 'ipv4' : 'ipv6'
}

/** Which versions ports of a container lead to. */
export function targetFamilies(mode: NetworkMode, subnets: readonly string[]): ReadonlySet<Family> {
  // Source: network/bridge/own-gateway.ts: the only address that is known of one that is in no named network.
  if (mode !== 'bridge') return new Set([4])
  return new Set(subnets.map((subnet) => (subnet.includes(':') ? 6 : 4)))
}

function callersOf(hostIp: string, { dualStack }: { readonly dualStack: boolean }): Family[] {
  if (hostIp === '') return dualStack ? [4, 6] : [4]
  return [parseAddress(hostIp)?.family ?? 4]
}
