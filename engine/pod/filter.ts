import type { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import { badFilter, parseInteger, parsePattern, parseStatuses } from '../container/filter-values.ts'
import type { Engine } from '../engine.ts'
import { parseTimePoint } from '../parse-time.ts'
import { podNetworks } from './networks.ts'
import type { Pod } from './pod.ts'
import { POD_STATUSES } from './status.ts'

type Test = (pod: Pod) => boolean

/** Source: podman-pod-ps(1), "--filter". */
const KEYS: Readonly<Record<string, (value: string, engine: Engine) => Test>> = {
  'ctr-ids': (value) => (pod) => pod.containers.some(({ id }) => id.startsWith(value)),
  'ctr-names': (value) => {
    const pattern = parsePattern(value)
    return (pod) => pod.containers.some(({ name }) => pattern.test(name))
  },
  'ctr-number': (value) => {
    const number = parseInteger('ctr-number', value)
    return (pod) => pod.containers.length === number
  },
  'ctr-status': (value) => {
    const statuses = parseStatuses(value)
    return (pod) => pod.containers.some(({ status }) => statuses.includes(status))
  },
  id: (value) => (pod) => pod.row.id.startsWith(value),
  label: (value) => (pod) => hasLabel(pod, value),
  'label!': (value) => (pod) => !hasLabel(pod, value),
  name: (value) => {
    const pattern = parsePattern(value)
    return (pod) => pattern.test(pod.row.name)
  },
  network: (value, engine) => (pod) =>
    podNetworks(engine, pod.row).some(({ id, name }) => id === value || name === value),
  status: (value) => {
    const wanted = POD_STATUSES.find((status) => status.toLowerCase() === value.toLowerCase())
    if (!wanted) throw badFilter(`unknown status of a pod: ${value}`, `use one of ${POD_STATUSES.join(', ')}`)
    return (pod) => pod.status === wanted
  },
  until: (value) => {
    const limit = parseTimePoint(value, Date.now())
    if (limit === undefined) throw badFilter(`not a time in filter until: ${value}`)
    return (pod) => pod.row.createdAtMs < limit
  },
}

export const POD_FILTERS = Object.keys(KEYS)

/**
 * Values of one key are alternatives, but for labels, which must all match.
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parsePodFilters(filters: readonly string[], engine: Engine): Test {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    const key = equals < 0 ? filter : filter.slice(0, equals)
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) throw unknownFilter(filter, key)
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1), engine)])
  }
  return (pod) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith('label') ? tests.every((test) => test(pod)) : tests.some((test) => test(pod)),
    )
}

function hasLabel({ row }: Pod, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  const name = equals < 0 ? wanted : wanted.slice(0, equals)
  return Object.hasOwn(row.labels, name) && (equals < 0 || row.labels[name] === wanted.slice(equals + 1))
}

function unknownFilter(filter: string, key: string): TspodError {
  const meant = nearest(key, Object.keys(KEYS))
  return badFilter(
    `cannot filter by ${JSON.stringify(filter.slice(0, 200))}`,
    meant && meant !== key ? `did you mean ${meant}=…?` : `use KEY=VALUE with one of ${Object.keys(KEYS).join(', ')}`,
  )
}
