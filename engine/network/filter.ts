import type { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import type { NetworkRow } from '../../storage/state/networks.ts'
import { badFilter, parseBoolean, parsePattern } from '../container/filter-values.ts'
import { parseTimePoint } from '../parse-time.ts'
import { DEFAULT_NETWORK, DOCKERS_DEFAULT_NETWORK } from './find.ts'

/** What filters look at: also docker's networks `host` and `none`, which are only said to be there. */
export type FilteredNetwork = Pick<NetworkRow, 'id' | 'name' | 'labels' | 'createdAtMs'> & {
  readonly driver: string
  readonly isBuiltIn: boolean
  readonly isUsed: boolean
}

type Test = (network: FilteredNetwork) => boolean

const KEYS: Readonly<Record<string, (value: string) => Test>> = {
  dangling: (value) => {
    const wanted = parseBoolean('dangling', value)
    return ({ isUsed, isBuiltIn }) => (isUsed || isBuiltIn) !== wanted
  },
  driver: (value) => (network) => network.driver === value,
  id: (value) => (network) => network.id.startsWith(value),
  label: (value) => (network) => hasLabel(network, value),
  'label!': (value) => (network) => !hasLabel(network, value),
  name: (value) => {
    const pattern = parsePattern(value)
    const isDefault = pattern.test(DOCKERS_DEFAULT_NETWORK)
    return ({ name }) => pattern.test(name) || (isDefault && name === DEFAULT_NETWORK)
  },
  scope: (value) => () => value === 'local',
  type: (value) => {
    if (value !== 'custom' && value !== 'builtin') throw badFilter(`unknown type of network: ${value}`)
    return ({ isBuiltIn }) => isBuiltIn === (value === 'builtin')
  },
  until: (value) => {
    const limit = parseTimePoint(value, Date.now())
    if (limit === undefined) throw badFilter(`not a time in filter until: ${value}`)
    return (network) => network.createdAtMs < limit
  },
}

export const NETWORK_FILTERS = Object.keys(KEYS)

/**
 * Values of one key are alternatives, but for labels, which must all match.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-network-ls(1) and docker-network-ls(1), "--filter"
 */
export function parseNetworkFilters(filters: readonly string[]): Test {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    const key = equals < 0 ? filter : filter.slice(0, equals)
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) throw unknownFilter(filter, key)
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1))])
  }
  return (network) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith('label') ? tests.every((test) => test(network)) : tests.some((test) => test(network)),
    )
}

function hasLabel({ labels }: FilteredNetwork, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  const name = equals < 0 ? wanted : wanted.slice(0, equals)
  return Object.hasOwn(labels, name) && (equals < 0 || labels[name] === wanted.slice(equals + 1))
}

function unknownFilter(filter: string, key: string): TspodError {
  const meant = nearest(key, Object.keys(KEYS))
  return badFilter(
    `cannot filter by ${JSON.stringify(filter.slice(0, 200))}`,
    meant && meant !== key ? `did you mean ${meant}=…?` : `use KEY=VALUE with one of ${Object.keys(KEYS).join(', ')}`,
  )
}
