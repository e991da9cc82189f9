import { TspodError } from '../../base/errors.ts'
import { parseNetworkMode } from '../../network/describe.ts'
import { type KeepsSource, keepsSource, targetFamilies } from '../../network/ports/keeps-source.ts'
import type { Engine } from '../engine.ts'
import { containerNetworks } from '../network/container-networks.ts'
import { type PublishedPort, parseContainerConfig } from './config.ts'
import { hasProcesses } from './is-up.ts'
import { isLimited } from './network-input.ts'
import { networkOwner, publishedPorts } from './published-ports.ts'
import { observe } from './reconcile.ts'

const PORT = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/

/**
 * The ports of the host that lead into a container; those of one port of it where `port` names it.
 * A container that does not run has none.
 *
 * @param port `80` or `80/udp`
 * @throws {TspodError} E_CONTAINER_NOT_FOUND, E_AMBIGUOUS_REF, E_BAD_PORT
 * @throws {TspodError} E_PORT_NOT_PUBLISHED: nothing leads to `port`
 * @see podman-port(1)
 */
export function containerPortsOf(engine: Engine, ref: string, port?: string): readonly PublishedPort[] {
  const wanted = port === undefined ? undefined : parsePort(port)
  const row = observe(engine, engine.storage.containers.resolve(ref))
  const published = hasProcesses(row) ? publishedPorts(engine, row) : []
  if (!wanted) return published
  const found = published.filter(
    ({ containerPort, protocol }) => containerPort === wanted.port && protocol === wanted.protocol,
  )
  if (found.length > 0) return found
  throw new TspodError(
    'E_PORT_NOT_PUBLISHED',
    `no port of the host leads to ${wanted.port}/${wanted.protocol} of ${ref}`,
    {
      hint: 'see all of them with "tspod port"',
    },
  )
}

/** A published port, and whether the container sees who calls. */
export interface PortReport {
  readonly container: string
  /** '' is every address of the host */
  readonly hostIp: string
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: string
  readonly keepsSource: KeepsSource
}

/** Of all its ports, or of one, as `containerPortsOf`. */
export function portReports(engine: Engine, ref: string, port?: string): PortReport[] {
  const row = engine.storage.containers.resolve(ref)
  const owner = networkOwner(engine, row)
  const config = parseContainerConfig(owner.config)
  const [first] = containerNetworks(engine, owner)
  const subnets = first?.network.subnets.map(({ subnet }) => subnet) ?? []
  const families = targetFamilies(parseNetworkMode(config.networkMode) ?? 'none', subnets)
  return containerPortsOf(engine, ref, port).map((found) => ({
    container: row.id,
    hostIp: found.hostIp,
    hostPort: found.hostPort,
    containerPort: found.containerPort,
    protocol: found.protocol,
    keepsSource: keepsSource(found, { families, isLimited: isLimited(config) }),
  }))
}

function parsePort(text: string): { readonly port: number; readonly protocol: string } {
  const [, number = '', protocol = 'tcp'] = PORT.exec(text) ?? []
  if (number !== '' && Number(number) <= 65535) return { port: Number(number), protocol }
  throw new TspodError('E_BAD_PORT', `no port: ${JSON.stringify(text.slice(0, 100))}`, { hint: 'write 80 or 80/udp' })
}
