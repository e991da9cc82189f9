import { parseAddress } from '../addresses/address.ts'
import type { Listener } from '../gateway-request.ts'
import { socketAddress } from '../netlink/address-bytes.ts'
import { hasVersion6 } from './has-version6.ts'

/** A TCP port of the host that leads to a container. */
export interface PublishedTcp {
  /** '' is every address, of both versions */
  readonly hostIp: string
  readonly hostPort: number
  readonly containerPort: number
}

/** @param dualStack the host knows version 6, so that one socket is for both */
export function listenerOf({ hostIp, hostPort }: PublishedTcp, dualStack = hasVersion6()): Listener {
  const text = hostIp === '' ? (dualStack ? '::' : '0.0.0.0') : hostIp
  return listenerOn(text, { hostPort, protocol: 'tcp', v6Only: hostIp !== '' })
}

/** @param address as text */
export function listenerOn(
  address: string,
  { hostPort, protocol, v6Only }: Pick<Listener, 'protocol' | 'v6Only'> & { readonly hostPort: number },
): Listener {
  const parsed = parseAddress(address)
  if (!parsed) throw new Error(`a port is published on ${address}, which is no address`)
  return {
    label: `${address.includes(':') ? `[${address}]` : address}:${hostPort}/${protocol}`,
    protocol,
    address: socketAddress(parsed, hostPort).toString('hex'),
    v6Only,
  }
}
