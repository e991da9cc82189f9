import { join } from 'node:path'
import { TspodError } from '../../base/errors.ts'
import type { Egress } from '../../network/egress/policy.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'
import type { RunRequest } from '../request.ts'
import { parseEgress } from '../spec/parse-egress.ts'
import { namesNetwork } from '../spec/parse-networks.ts'
import { subnetOf } from './endpoint-requests.ts'
import { DOCKERS_DEFAULT_NETWORK } from './find.ts'

/** What was refused is written there, in the container's directory. */
export const EGRESS_LOG = 'egress.log'

/** What mode of a network stands for none in particular. */
const ANY_NETWORK: readonly string[] = ['', 'default', 'private']

/**
 * The networks of a container whose way out is limited: those with names alone, as that is where it is
 * enforced; the default one where none is named. Others come back as they are.
 *
 * @throws {TspodError} E_BAD_EGRESS
 */
export function withNamedNetworks(request: RunRequest): RunRequest {
  const policy = parseEgress(request.egress)
  if (!policy) return request
  const networks = (request.networks ?? []).filter((text) => !ANY_NETWORK.includes(text))
  const other = networks.find((text) => !namesNetwork(text))
  if (other !== undefined) {
    throw new TspodError('E_BAD_EGRESS', `--egress needs a network with a name, and ${other} is none`, {
      hint: 'leave out --network, or name one made with "tspod network create"',
    })
  }
  return { ...request, networks: networks.length > 0 ? networks : [DOCKERS_DEFAULT_NETWORK] }
}

/** @throws {TspodError} E_BAD_EGRESS: the way out is limited, and the network has no subnet of version 4 */
export function requireVersion4({ egress }: Pick<RunRequest, 'egress'>, network: NetworkRow): void {
  if (!egress?.length || subnetOf(network, 4)) return
  throw new TspodError('E_BAD_EGRESS', `--egress needs a subnet of version 4, and the network ${network.name} has none`)
}

/** What the kernel and the gateway are told to keep; undefined where there is no limit. */
export function egressOf(engine: Engine, id: string, { egress }: Pick<RunRequest, 'egress'>): Egress | undefined {
  const policy = parseEgress(egress)
  return policy && { policy, logFile: join(engine.containerDir(id), EGRESS_LOG) }
}
