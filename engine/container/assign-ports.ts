import { isErrno, TspodError } from '../../base/errors.ts'
import { hasVersion6 } from '../../network/ports/has-version6.ts'
import { lowPortHint } from '../../network/ports/low-port.ts'
import { hasLoopback6 } from '../../network/ports/relays.ts'
import type { PortRequest } from '../spec/parse-ports.ts'
import type { PublishedPort } from './config.ts'

/** How often another port is tried where the one that was free was one of the same container's. */
const ATTEMPTS = 20

/**
 * Gives each port that is left open a free one of the host. Another program may take it before the
 * container has it: then its start chooses another one.
 *
 * @throws {TspodError} E_NO_FREE_PORT, E_BAD_PORT: no such address on this host
 */
export async function assignPorts(requests: readonly PortRequest[]): Promise<PublishedPort[]> {
  const taken = new Set(requests.map(placeOf))
  const ports: PublishedPort[] = []
  for (const request of requests) {
    if (request.hostPort !== 0) {
      ports.push(request)
      continue
    }
    const port = { ...request, hostPort: await freePort(request, taken), isChosen: true }
    taken.add(placeOf(port))
    ports.push(port)
  }
  return ports
}

async function freePort(request: PortRequest, taken: ReadonlySet<string>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const hostPort = await tryPort(request)
    if (!taken.has(placeOf({ ...request, hostPort }))) return hostPort
  }
  throw new TspodError('E_NO_FREE_PORT', `no free port for ${request.containerPort}/${request.protocol}`)
}

/**
 * Says before a container starts that a port of the host cannot be had, while there is one line to say it in.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT
 * @see ip(7), "ip_unprivileged_port_start"
 */
export async function requirePorts(ports: readonly PublishedPort[]): Promise<void> {
  for (const port of ports) await tryPort(port)
}

/** Whether nobody has it now. */
export async function isFree(port: PublishedPort): Promise<boolean> {
  try {
    await tryPort(port)
    return true
  } catch (error) {
    if (error instanceof TspodError && error.code === 'E_PORT_IN_USE') return false
    throw error
  }
}

/** Binds a socket as whoever publishes the port will, and gives it back. Resolves with the port. */
async function tryPort({ hostIp, hostPort, protocol }: PortRequest): Promise<number> {
  const everywhere = protocol === 'tcp' && hasVersion6() ? '::' : '0.0.0.0'
  const address = hostIp === '' ? everywhere : hostIp
  try {
    if (protocol === 'tcp') return await tryTcp(address, hostPort)
    const port = await tryUdp(address, hostPort)
    if (hostIp === '' && hasLoopback6()) await tryUdp('::1', port)
    return port
  } catch (error) {
    throw explainPort(error, { hostIp, hostPort, protocol })
  }
}

async function tryTcp(host: string, port: number): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::' ? false : host.includes(':') }, resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : port
}

async function tryUdp(address: string, port: number): Promise<number> {
  const { createSocket } = await import('node:dgram')
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ address, port, exclusive: true }, resolve)
    })
    return socket.address().port
  } finally {
    socket.close()
  }
}

function explainPort(
  error: unknown,
  { hostIp, hostPort, protocol }: Pick<PortRequest, 'hostIp' | 'hostPort' | 'protocol'>,
): unknown {
  const port = `${hostPort}/${protocol}`
  if (isErrno(error, 'EADDRINUSE')) {
    return new TspodError('E_PORT_IN_USE', `port ${port} of the host is in use`, {
      hint: 'end what listens there, see "ss -tulpn", or publish on another port',
      cause: error,
    })
  }
  if (isErrno(error, 'EACCES', 'EPERM')) {
    return new TspodError('E_PORT_NOT_ALLOWED', `port ${port} of the host is for root alone`, {
      hint: lowPortHint(hostPort),
      cause: error,
    })
  }
  if (isErrno(error, 'EADDRNOTAVAIL', 'EINVAL', 'EAFNOSUPPORT'))
    return new TspodError('E_BAD_PORT', `the host has no address ${hostIp} to publish on`, { cause: error })
  return error
}

function placeOf({ hostIp, hostPort, protocol }: PortRequest): string {
  return `${hostIp}:${hostPort}/${protocol}`
}
