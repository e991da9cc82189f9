import { TspodError } from '../../base/errors.ts'
import { answerMessages, forgetAnswerMessages, forwardLine } from '../../network/bridge/endpoint.ts'
import { forgetOwnAnswerMessages, ownAnswerMessages, ownForwardLine } from '../../network/bridge/own-gateway.ts'
import { describeNetwork, parseNetworkMode } from '../../network/describe.ts'
import type { PortRange } from '../../network/netlink/rule.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import type { Engine } from '../engine.ts'
import { containerNetworks } from '../network/container-networks.ts'
import { runningNetworks } from '../network/networks.ts'
import { endpointOf } from '../network/start.ts'
import { parseContainerConfig } from './config.ts'
import { helperFinder } from './helper-finder.ts'
import { networkInput } from './network-input.ts'
import { podHeldBy } from './port-holder.ts'

/** Who forwards TCP ports to a container that runs, and what it and the kernel are told. */
export interface RunningGateway {
  /** its socket is in it, and the record of who is in its namespace */
  readonly directory: string
  /** of this container alone: there may be none yet */
  readonly isOwn: boolean
  /** `forward …` */
  readonly lineOf: (label: string, port: number) => string
  readonly answers: (ports: readonly number[]) => readonly Buffer[]
  readonly forget: (ranges: readonly PortRange[]) => readonly Buffer[]
}

/** @throws {TspodError} E_NETWORK_MODE: no ports can lead to it */
export function runningGateway(engine: Engine, row: ContainerRow): RunningGateway {
  return parseContainerConfig(row.config).networkMode === 'bridge' ? ofNetworks(engine, row) : ownOf(engine, row)
}

function ofNetworks(engine: Engine, row: ContainerRow): RunningGateway {
  const directory = runningNetworks(engine)
  const endpoints = containerNetworks(engine, row).map(({ endpoint }, place) =>
    endpointOf(engine, { row, endpoint, place }),
  )
  const [first] = endpoints
  if (directory === undefined || !first) throw noWay(row, 'it is in no network now')
  return {
    directory,
    isOwn: false,
    lineOf: (label, port) => forwardLine(first, label, port),
    answers: (ports) => endpoints.flatMap((endpoint) => answerMessages(endpoint, ports)),
    forget: (ranges) => endpoints.flatMap((endpoint) => forgetAnswerMessages(endpoint, ranges)),
  }
}

function ownOf(engine: Engine, row: ContainerRow): RunningGateway {
  const config = parseContainerConfig(row.config)
  const mode = parseNetworkMode(config.networkMode)
  const network = describeNetwork(mode, networkInput(engine, row.id, config), helperFinder(engine, config.request))
  return {
    directory: engine.runDir(row.id),
    isOwn: true,
    lineOf: (label, port) => ownForwardLine(label, port, network),
    answers: ownAnswerMessages,
    forget: forgetOwnAnswerMessages,
  }
}

/** @throws {TspodError} E_NETWORK_MODE */
export function requirePublishable(engine: Engine, row: ContainerRow): void {
  const { networkMode } = parseContainerConfig(row.config)
  if (['bridge', 'slirp4netns', 'pasta'].includes(networkMode)) return
  const owner = engine.storage.containers.find(/^container:(.+)$/.exec(networkMode)?.[1] ?? '')
  const pod = owner && podHeldBy(engine, owner)
  if (pod) {
    const hint = 'publish ports of the pod where it is made, with "tspod pod create --publish"'
    throw noWay(row, `its network is that of the pod ${pod.name}`, hint)
  }
  throw noWay(row, `its network is ${owner ? `that of container ${owner.name}` : networkMode}`)
}

function noWay(
  { name }: ContainerRow,
  why: string,
  hint = 'publish ports of a container with a network of its own',
): TspodError {
  return new TspodError('E_NETWORK_MODE', `no ports can lead to container ${name}: ${why}`, { hint })
}
