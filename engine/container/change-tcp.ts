import { portRanges } from '../../network/bridge/endpoint.ts'
import { type ForwardLine, gatewayRequests, plainRequests } from '../../network/gateway-request.ts'
import { toHex } from '../../network/netlink/message.ts'
import type { PortRange } from '../../network/netlink/rule.ts'
import { listenerOf } from '../../network/ports/listener.ts'
import { isSamePlace, type PortChange } from '../../network/ports/port-change.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { carryOut } from '../launcher/carry-out.ts'
import { keepGateway } from '../network/keep-gateway.ts'
import { isNetworksGone } from '../network/networks.ts'
import { compilePublishPlan } from '../plan/compile-publish-plan.ts'
import type { PublishedPort } from './config.ts'
import { isTcp } from './port-gateway.ts'
import { type RunningGateway, runningGateway } from './running-gateway.ts'

/**
 * Has the gateway of a container that runs forward the ports that are new; what is no longer wanted
 * stays. One that was started without a gateway gets one.
 *
 * @throws {TspodError} E_PORT_IN_USE, E_PORT_NOT_ALLOWED, E_BAD_PORT; some of them may be forwarded then
 */
export async function addTcp(engine: Engine, row: ContainerRow, change: PortChange<PublishedPort>): Promise<void> {
  const [added, retargeted] = [change.added.filter(isTcp), change.retargeted.filter(isTcp)]
  if (added.length === 0 && retargeted.length === 0) return
  const gateway = runningGateway(engine, row)
  const all = change.ports.filter(isTcp)
  const lines = retargeted.map((port) => ({ text: retargetLine(gateway, port) }))
  try {
    await carryOut(
      engine.launcher,
      compilePublishPlan({
        directory: gateway.directory,
        added: toHex(...gateway.answers(insideOf(all))),
        requests: gatewayRequests(row.id, lines, added.map(forwardTo(gateway))),
        removed: '',
      }),
    )
  } catch (error) {
    if (!gateway.isOwn || !isNetworksGone(error)) throw error
    await keepGateway(engine, row, change.ports)
  }
}

/** The other way round: those that were added go, and the others lead where they did. */
export async function undoTcp(engine: Engine, row: ContainerRow, change: PortChange<PublishedPort>): Promise<void> {
  const back = change.retargeted.flatMap((port) => change.before.filter((one) => isSamePlace(one, port)))
  await removeTcp(engine, row, { ports: change.before, gone: change.added, back, was: change.ports })
}

/** Has ports that are gone forwarded no longer; connections that run go on. Those that are not there are as good. */
export async function removeTcp(
  engine: Engine,
  row: ContainerRow,
  change: {
    /** those that lead to it from now on */
    readonly ports: readonly PublishedPort[]
    readonly gone: readonly PublishedPort[]
    /** those that did before */
    readonly was: readonly PublishedPort[]
    /** of `ports`, those that may lead elsewhere */
    readonly back?: readonly PublishedPort[]
  },
): Promise<void> {
  const [gone, back] = [change.gone.filter(isTcp), change.back?.filter(isTcp) ?? []]
  if (gone.length === 0 && back.length === 0) return
  const gateway = runningGateway(engine, row)
  const ranges = rangesWithout(change.was.filter(isTcp), change.ports.filter(isTcp))
  const lines = [
    ...gone.map((port) => `unforward ${listenerOf(port).label}`),
    ...back.map((port) => retargetLine(gateway, port)),
  ]
  const answers = toHex(...gateway.answers(insideOf(change.ports.filter(isTcp))))
  const removed = toHex(...gateway.forget(ranges))
  try {
    const requests = plainRequests(row.id, lines)
    await carryOut(
      engine.launcher,
      compilePublishPlan({ directory: gateway.directory, added: answers, requests, removed }),
    )
  } catch (error) {
    if (!isNetworksGone(error)) throw error // with the gateway they have gone
  }
}

/** Ranges of the first ports that are none of the others. */
function rangesWithout(ports: readonly PublishedPort[], others: readonly PublishedPort[]): PortRange[] {
  const kept = new Set(portRanges(insideOf(others)).map(String))
  return portRanges(insideOf(ports)).filter((range) => !kept.has(String(range)))
}

const forwardTo =
  (gateway: RunningGateway) =>
  (port: PublishedPort): ForwardLine => {
    const listener = listenerOf(port)
    return { listener, line: gateway.lineOf(listener.label, port.containerPort) }
  }

function retargetLine(gateway: RunningGateway, port: PublishedPort): string {
  return forwardTo(gateway)(port).line.replace(/^forward/, 'retarget')
}

function insideOf(ports: readonly PublishedPort[]): number[] {
  return ports.map(({ containerPort }) => containerPort)
}
