/** A port of the host on one address, or all. */
export interface HostPort {
  /** '' is every address, of both versions */
  readonly hostIp: string
  readonly hostPort: number
  readonly protocol: string
}

/** Whether only one of the two can be listened on. Source: ip(7), ipv6(7), IPV6_V6ONLY. */
export function inEachOthersWay(one: HostPort, other: HostPort): boolean {
  if (one.hostPort !== other.hostPort || one.protocol !== other.protocol || one.hostPort === 0) return false
  return covers(one.hostIp, other.hostIp) || covers(other.hostIp, one.hostIp)
}

function covers(wide: string, ip: string): boolean {
  if (wide === '' || wide === ip) return true
  return ip !== '' && (wide === '0.0.0.0' ? !ip.includes(':') : wide === '::' && ip.includes(':'))
}

/** The first one of `ports` that cannot be together with one before it, and that one. */
export function firstConflict<P extends HostPort>(ports: readonly P[]): readonly [P, P] | undefined {
  const byNumber = new Map<number, P[]>()
  for (const port of ports) {
    const before = byNumber.get(port.hostPort) ?? []
    const other = before.find((one) => inEachOthersWay(one, port))
    if (other) return [other, port]
    byNumber.set(port.hostPort, [...before, port])
  }
  return undefined
}
