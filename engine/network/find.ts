import { TspodError } from '../../base/errors.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'

/** It is there without having been made. docker calls it `bridge`, and so may everybody. */
export const DEFAULT_NETWORK = 'podman'
export const DOCKERS_DEFAULT_NETWORK = 'bridge'

/** By name, id, or the beginning of one id. @throws {TspodError} E_AMBIGUOUS_REF */
export function findNetwork({ storage }: Engine, ref: string): NetworkRow | undefined {
  return storage.networks.find(ref === DOCKERS_DEFAULT_NETWORK ? DEFAULT_NETWORK : ref)
}

/** @throws {TspodError} E_NETWORK_NOT_FOUND, E_AMBIGUOUS_REF */
export function resolveNetwork(engine: Engine, ref: string): NetworkRow {
  const network = findNetwork(engine, ref)
  if (network) return network
  throw new TspodError('E_NETWORK_NOT_FOUND', `no network ${JSON.stringify(ref.slice(0, 100)).slice(1, -1)}`, {
    hint: 'list them with "tspod network ls", or make one with "tspod network create"',
  })
}

/** What docker calls it. */
export function dockerNetworkName(name: string): string {
  return name === DEFAULT_NETWORK ? DOCKERS_DEFAULT_NETWORK : name
}

/** The interface that its containers are behind, in the namespace of all networks. */
export function bridgeName({ number, interfaceName }: Pick<NetworkRow, 'number' | 'interfaceName'>): string {
  return interfaceName ?? `tspod${number}`
}
