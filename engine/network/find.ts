import { TspodError } from '../../base/errors.ts'
import { orMeant } from '../../base/nearest.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'

/** It is there without having been made, unless containers.conf names another one: `settleDefaultNetwork`. */
export const DEFAULT_NETWORK = 'podman'
/** What docker calls it, and so may everybody. */
export const DOCKERS_DEFAULT_NETWORK = 'bridge'
/** The fact that says which one it is. */
const KEY = 'default-network'

/** As containers.conf said when it was last heeded. */
export function defaultNetworkName({ storage }: Engine): string {
  return storage.facts.get(KEY) ?? DEFAULT_NETWORK
}

export function noteDefaultNetwork({ storage }: Engine, name: string): void {
  storage.facts.set(KEY, name)
}

/** By name, id, or the beginning of one id. @throws {TspodError} E_AMBIGUOUS_REF */
export function findNetwork(engine: Engine, ref: string): NetworkRow | undefined {
  return engine.storage.networks.find(ref === DOCKERS_DEFAULT_NETWORK ? defaultNetworkName(engine) : ref)
}

/** @throws {TspodError} E_NETWORK_NOT_FOUND, E_AMBIGUOUS_REF */
export function resolveNetwork(engine: Engine, ref: string): NetworkRow {
  const network = findNetwork(engine, ref)
  if (network) return network
  const names = engine.storage.networks.list().map(({ name }) => name)
  throw new TspodError('E_NETWORK_NOT_FOUND', `no network ${JSON.stringify(ref.slice(0, 100)).slice(1, -1)}`, {
    hint: orMeant(ref, names, 'list them with "tspod network ls", or make one with "tspod network create"'),
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
