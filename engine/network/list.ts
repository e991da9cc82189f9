import type { NetworkRow } from '../../storage/state/networks.ts'
import type { Engine } from '../engine.ts'
import { type FilteredNetwork, parseNetworkFilters } from './filter.ts'
import { defaultNetworkName } from './find.ts'

export type { NetworkRow } from '../../storage/state/networks.ts'

/** A network of the database, or one of docker's that are no more than a way to say something. */
export interface ListedNetwork extends FilteredNetwork {
  /** absent of docker's `host` and `none` */
  readonly row?: NetworkRow
}

/** Networks that docker lists, made of nothing: their ids are the SHA-256 of their names. */
const DOCKERS_OWN = [
  { name: 'host', driver: 'host', id: '4740ae6347b0172c01254ff55bae5aff5199f4446e7f6d643d40185b3f475145' },
  { name: 'none', driver: 'null', id: '140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe' },
] as const

export interface ListNetworksOptions {
  readonly filters?: readonly string[]
  /** docker's `host` and `none`, too */
  readonly withDockers?: boolean
}

/**
 * Networks by their names.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-network-ls(1)
 */
export function listNetworks(engine: Engine, options: ListNetworksOptions = {}): ListedNetwork[] {
  const matches = parseNetworkFilters(options.filters ?? [])
  const used = new Set(engine.storage.endpoints.list().map(({ networkId }) => networkId))
  const usual = defaultNetworkName(engine)
  const own = engine.storage.networks.list().map((row) => listed(row, { isUsed: used.has(row.id), usual }))
  const dockers = options.withDockers ? dockersNetworks(own) : []
  return [...own, ...dockers].filter(matches)
}

/** docker's `host` or `none`, by name or id. */
export function findDockersNetwork(engine: Engine, ref: string): ListedNetwork | undefined {
  const known = listNetworks(engine, { withDockers: true }).filter(({ row }) => !row)
  return known.find(({ name, id }) => name === ref || (ref.length >= 12 && id.startsWith(ref)))
}

/** @param usual the name of the default network */
function listed(
  row: NetworkRow,
  { isUsed, usual }: { readonly isUsed: boolean; readonly usual: string },
): ListedNetwork {
  const { id, name, labels, createdAtMs } = row
  return { id, name, labels, createdAtMs, driver: 'bridge', isBuiltIn: name === usual, isUsed, row }
}

/** They are as old as the first network. */
function dockersNetworks(own: readonly ListedNetwork[]): ListedNetwork[] {
  const createdAtMs = own.find(({ isBuiltIn }) => isBuiltIn)?.createdAtMs ?? 0
  return DOCKERS_OWN.map((network) => ({ ...network, labels: {}, createdAtMs, isBuiltIn: true, isUsed: false }))
}
