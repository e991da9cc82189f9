import { TspodError } from '../../base/errors.ts'
import type { Port } from '../driver.ts'
import { firstConflict, inEachOthersWay } from './overlap.ts'

/** What has to be done so that other ports lead to a container. */
export interface PortChange<P extends Port> {
  /** all that lead to it then */
  readonly ports: readonly P[]
  readonly added: readonly P[]
  readonly removed: readonly P[]
  /** lead to another port of the container than before; each comes in the place of one in `before` */
  readonly retargeted: readonly P[]
  readonly before: readonly P[]
}

/**
 * Pure. Ports that there are already are not added.
 *
 * @param removals a port of the host 0, and an address '', are any
 * @throws {TspodError} E_PORT_NOT_PUBLISHED: what is to be removed is not there; E_PORT_TWICE
 */
export function changePorts<P extends Port>(
  before: readonly P[],
  { additions, removals }: { readonly additions: readonly P[]; readonly removals: readonly Port[] },
): PortChange<P> {
  const missing = removals.find((removal) => !before.some((port) => isMeant(port, removal)))
  if (missing) throw notPublished(missing)
  const gone = before.filter((port) => removals.some((removal) => isMeant(port, removal)))
  const kept = before.filter((port) => !gone.includes(port))
  const news = additions.filter((port) => !kept.some((one) => isSame(one, port)))
  const [one, other] = firstConflict([...kept, ...news]) ?? []
  if (one && other) throw publishedTwice(one, other)
  const added = news.filter((port) => !gone.some((one) => isSamePlace(one, port)))
  const retargeted = news.filter((port) => gone.some((one) => isSamePlace(one, port) && !isSame(one, port)))
  const removed = gone.filter((port) => !news.some((one) => isSamePlace(one, port)))
  const blocked = added.find((port) => removed.some((one) => inEachOthersWay(one, port)))
  if (blocked) throw inTheWayOfItself(blocked)
  return { ports: [...kept, ...news], added, removed, retargeted, before }
}

export function publishedTwice(one: Port, other: Port): TspodError {
  const message = `port ${other.hostPort}/${other.protocol} of the host is published twice`
  const hint =
    one.containerPort === other.containerPort
      ? 'leave one of them out'
      : `give ${one.containerPort} or ${other.containerPort} another port of the host`
  return new TspodError('E_PORT_TWICE', message, { hint })
}

export function isSamePlace(one: Port, other: Port): boolean {
  return one.hostIp === other.hostIp && one.hostPort === other.hostPort && one.protocol === other.protocol
}

function isSame(one: Port, other: Port): boolean {
  return isSamePlace(one, other) && one.containerPort === other.containerPort
}

function isMeant(port: Port, { hostIp, hostPort, containerPort, protocol }: Port): boolean {
  const same = port.containerPort === containerPort && port.protocol === protocol
  return same && (hostPort === 0 || port.hostPort === hostPort) && (hostIp === '' || port.hostIp === hostIp)
}

function notPublished({ hostPort, containerPort, protocol }: Port): TspodError {
  const host = hostPort === 0 ? 'no port of the host leads' : `port ${hostPort} of the host does not lead`
  return new TspodError('E_PORT_NOT_PUBLISHED', `${host} to ${containerPort}/${protocol} of the container`, {
    hint: 'see all of them with "tspod port"',
  })
}

/** The socket that there is has to go before the other one can be made; then neither may be had. */
function inTheWayOfItself({ hostPort, protocol }: Port): TspodError {
  return new TspodError('E_PORT_TWICE', `port ${hostPort}/${protocol} of the host is free only after this change`, {
    hint: 'remove it with --publish-rm first, and add it on the other address afterwards',
  })
}
