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
  const address = parseAddress(text)
  if (!address) throw new Error(`a port is published on ${text}, which is no address`)
  return {
    label: `${text.includes(':') ? `[${text}]` : text}:${hostPort}/tcp`,
    address: socketAddress(address, hostPort).toString('hex'),
    v6Only: hostIp !== '',
  }
}
