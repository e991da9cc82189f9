import { readFileSync } from 'node:fs'
import { isErrno } from '../../base/errors.ts'
import type { Listener } from '../gateway-request.ts'
import { listenerOn } from './listener.ts'

/** A UDP port of the host that leads to a container. */
interface PublishedUdp {
  /** '' is every address */
  readonly hostIp: string
  readonly hostPort: number
}

/** Whether an address is one of the host's loopback: such a UDP port is the gateway's alone. */
export function isLoopback(hostIp: string): boolean {
  return hostIp === '::1' || hostIp.startsWith('127.')
}

/** Which addresses the gateway answers on: those of the loopback, beside who answers on others, or all by itself. */
export type RelayExtent = 'loopback' | 'all'

/**
 * The sockets of the host's on which the gateway answers for a UDP port: slirp4netns and pasta answer nobody
 * on the loopback. Pure but for the default. They have to be made after slirp4netns has its own, which would be in their way.
 *
 * @param loopback6 the host has `::1`
 */
export function relayListeners(
  { hostIp, hostPort }: PublishedUdp,
  extent: RelayExtent,
  loopback6 = hasLoopback6(),
): Listener[] {
  const addresses = extent === 'all' ? allAddresses(hostIp, loopback6) : relayAddresses(hostIp, loopback6)
  return addresses.map((address) => listenerOn(address, { hostPort, protocol: 'udp', v6Only: true }))
}

function allAddresses(hostIp: string, hasSix: boolean): string[] {
  if (hostIp !== '') return [hostIp]
  return hasSix ? ['0.0.0.0', '::'] : ['0.0.0.0']
}

/** The gateway's line for one of them. @param forward the line for a TCP port that leads there: network/gateway/README.md */
export function relayLine(forward: string): string {
  return forward.replace(/^forward/, 'relay').replace(/ \S+$/, '')
}

function relayAddresses(hostIp: string, loopback6: boolean): string[] {
  if (isLoopback(hostIp)) return [hostIp]
  const four = hostIp === '' || hostIp === '0.0.0.0' ? ['127.0.0.1'] : []
  const six = (hostIp === '' || hostIp === '::') && loopback6 ? ['::1'] : []
  return [...four, ...six]
}

/** Source: proc_pid_net(5): a line for each address, which comes first. */
export function hasLoopback6(): boolean {
  try {
    return /^0{31}1 /m.test(readFileSync('/proc/net/if_inet6', 'utf8'))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}
