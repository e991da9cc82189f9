import { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseTimePoint } from '../parse-time.ts'

type Test = (row: ContainerRow) => boolean

export interface ContainerFilter {
  readonly key: string
  /** any of these is enough, but for labels, which must all be there */
  readonly tests: readonly Test[]
}

type Resolve = (ref: string) => Pick<ContainerRow, 'createdAtMs'>

const KEYS: Readonly<Record<string, (value: string, resolve: Resolve) => Test>> = {
  id: (value) => (row) => row.id.startsWith(value),
  name: (value) => {
    const pattern = parsePattern(value)
    return (row) => pattern.test(row.name)
  },
  label: (value) => (row) => hasLabel(row.labels, value),
  'label!': (value) => (row) => !hasLabel(row.labels, value),
  status: (value) => {
    const status = parseStatus(value)
    return (row) => row.status === status
  },
  exited: (value) => {
    const code = parseInteger('exited', value)
    return (row) => row.status === 'exited' && row.exitCode === code
  },
  ancestor: (value) => (row) => isAncestor(row, value),
  before: (value, resolve) => {
    const { createdAtMs } = resolve(value)
    return (row) => row.createdAtMs < createdAtMs
  },
  since: (value, resolve) => {
    const { createdAtMs } = resolve(value)
    return (row) => row.createdAtMs > createdAtMs
  },
  until: (value) => {
    const limit = parseTimePoint(value, Date.now())
    if (limit === undefined) throw new TspodError('E_BAD_FILTER', `not a time in filter until: ${value}`)
    return (row) => row.createdAtMs < limit
  },
}

/**
 * Source: podman-ps(1), "--filter": values of one key are alternatives, labels must all match,
 * different keys must all match.
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parseContainerFilters(filters: readonly string[], resolve: Resolve): ContainerFilter[] {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    // `label!=x` is the key `label!`
    const key = equals < 0 ? filter : filter.slice(0, equals)
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) throw unknownFilter(filter, key)
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1), resolve)])
  }
  return [...byKey].map(([key, tests]) => ({ key, tests }))
}

export function matchesAll(row: ContainerRow, filters: readonly ContainerFilter[]): boolean {
  return filters.every(({ key, tests }) =>
    key.startsWith('label') ? tests.every((test) => test(row)) : tests.some((test) => test(row)),
  )
}

/** `name` or `name=value`. */
function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  if (equals < 0) return Object.hasOwn(labels, wanted)
  const name = wanted.slice(0, equals)
  return Object.hasOwn(labels, name) && labels[name] === wanted.slice(equals + 1)
}

/** An image's id, or its name with or without registry and tag. */
function isAncestor(row: ContainerRow, image: string): boolean {
  if (row.imageId !== null && image.length >= 3 && row.imageId.startsWith(image.replace(/^sha256:/, ''))) return true
  const names = [row.imageName, row.imageName.replace(/:[^:/]*$/, '')]
  return names.some((name) => name === image || name.endsWith(`/${image}`))
}

function parsePattern(value: string): RegExp {
  try {
    return new RegExp(value)
  } catch (error) {
    throw new TspodError('E_BAD_FILTER', `not a regular expression: ${value}`, { cause: error })
  }
}

function parseStatus(value: string): string {
  if (['created', 'running', 'exited'].includes(value)) return value
  if (value === 'stopped') return 'exited'
  if (['paused', 'unknown', 'removing', 'dead', 'initialized', 'stopping'].includes(value)) return value
  throw new TspodError('E_BAD_FILTER', `unknown status: ${value}`, { hint: 'use created, running or exited' })
}

function parseInteger(key: string, value: string): number {
  if (/^-?\d{1,9}$/.test(value)) return Number(value)
  throw new TspodError('E_BAD_FILTER', `not a number in filter ${key}: ${value}`)
}

function unknownFilter(filter: string, key: string): TspodError {
  const meant = nearest(key, Object.keys(KEYS))
  return new TspodError('E_BAD_FILTER', `cannot filter by ${JSON.stringify(filter)}`, {
    hint:
      meant && meant !== key ? `did you mean ${meant}=…?` : `use KEY=VALUE with one of ${Object.keys(KEYS).join(', ')}`,
  })
}
