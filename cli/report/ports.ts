import type { ContainerConfig, PublishedPort } from '../../engine/container/config.ts'

/** Ports that follow one another, with the same address, distance to the host's and protocol. */
export interface PortRange extends PublishedPort {
  readonly count: number
}

type Ports = Pick<ContainerConfig, 'ports' | 'exposed'>

/** `0.0.0.0:8080-8082->80-82/tcp, 90/udp`. Source: podman-ps(1) and docker-ps(1), the column PORTS. */
export function portsText({ ports = [], exposed = [] }: Ports): string {
  const published = portRanges(ports).map(
    ({ hostIp, hostPort, containerPort, protocol, count }) =>
      `${address(hostIp)}:${span(hostPort, count)}->${span(containerPort, count)}/${protocol}`,
  )
  const taken = new Set(ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`))
  return [...published, ...exposedRanges(exposed.filter((port) => !taken.has(port)))].join(', ')
}

export function portRanges(ports: readonly PublishedPort[]): PortRange[] {
  const ranges: PortRange[] = []
  for (const port of [...ports].sort(byPort)) {
    const last = ranges.at(-1)
    if (last && follows(last, port)) ranges[ranges.length - 1] = { ...last, count: last.count + 1 }
    else ranges.push({ ...port, count: 1 })
  }
  return ranges
}

function byPort(one: PublishedPort, other: PublishedPort): number {
  return (
    one.protocol.localeCompare(other.protocol) ||
    one.hostIp.localeCompare(other.hostIp) ||
    one.containerPort - other.containerPort ||
    one.hostPort - other.hostPort
  )
}

function follows(range: PortRange, port: PublishedPort): boolean {
  return (
    port.hostIp === range.hostIp &&
    port.protocol === range.protocol &&
    port.containerPort === range.containerPort + range.count &&
    port.hostPort === range.hostPort + range.count
  )
}

function exposedRanges(exposed: readonly string[]): string[] {
  const ports = exposed.map((text): PublishedPort => {
    const [port = '', protocol = 'tcp'] = text.split('/')
    return {
      hostIp: '',
      hostPort: Number(port),
      containerPort: Number(port),
      protocol: protocol === 'udp' ? 'udp' : 'tcp',
    }
  })
  return portRanges(ports).map(({ containerPort, protocol, count }) => `${span(containerPort, count)}/${protocol}`)
}

function span(first: number, count: number): string {
  return count > 1 ? `${first}-${first + count - 1}` : `${first}`
}

/** An IPv6 address stands in brackets before a port. */
export function address(ip: string): string {
  if (ip === '') return '0.0.0.0'
  return ip.includes(':') ? `[${ip}]` : ip
}
