import type { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import type { ContainerRow } from '../../storage/state/container-row.ts'
import { parseTimePoint } from '../parse-time.ts'
import { parseContainerConfig } from './config.ts'
import { badFilter, parseBoolean, parseInteger, parsePattern, parseStatuses } from './filter-values.ts'
import { portTest } from './port-filter.ts'

type Test = (row: ContainerRow) => boolean

export interface ContainerFilter {
  readonly key: string
  /** any of these is enough, but for labels, which must all be there */
  readonly tests: readonly Test[]
}

/** What a filter asks of others than the row. */
export interface FilterContext {
  /** @throws {TspodError} E_CONTAINER_NOT_FOUND */
  resolve(ref: string): Pick<ContainerRow, 'createdAtMs'>
  /** `healthy` and the like; '' where nobody checks */
  health(row: ContainerRow): string
  /** names and ids of the networks with names that it is in, and docker's name of the default one */
  networks(row: ContainerRow): readonly string[]
  /** ids of the pods that have this name, or whose id begins with it */
  pods(value: string): ReadonlySet<string>
  /** ids of the images that have this name or id, and of those made from them */
  family(image: string): ReadonlySet<string>
}

const configOf = (row: ContainerRow) => parseContainerConfig(row.config)

export const HEALTHS: readonly string[] = ['healthy', 'unhealthy', 'starting', 'none']

/** Source: podman-ps(1) and docker-ps(1), "--filter". */
const KEYS: Readonly<Record<string, (value: string, context: FilterContext) => Test>> = {
  id: (value) => {
    const pattern = /^[0-9a-f]*$/.test(value) ? undefined : parsePattern(value)
    return (row) => pattern?.test(row.id) ?? row.id.startsWith(value)
  },
  name: (value) => {
    // To docker a name begins with a slash, and is matched with it and without. Source: moby, daemon/list.go.
    const pattern = parsePattern(value)
    return (row) => pattern.test(row.name) || pattern.test(`/${row.name}`)
  },
  label: (value) => (row) => hasLabel(row.labels, value),
  'label!': (value) => (row) => !hasLabel(row.labels, value),
  status: (value) => {
    const statuses = parseStatuses(value)
    return (row) => statuses.includes(row.status)
  },
  exited: (value) => {
    const code = parseInteger('exited', value)
    return (row) => row.status === 'exited' && row.exitCode === code
  },
  ancestor: (value, context) => {
    const ids = context.family(value)
    return (row) => (row.imageId !== null && ids.has(row.imageId)) || isAncestor(row, value)
  },
  before: (value, { resolve }) => {
    const { createdAtMs } = resolve(value)
    return (row) => row.createdAtMs < createdAtMs
  },
  since: (value, { resolve }) => {
    const { createdAtMs } = resolve(value)
    return (row) => row.createdAtMs > createdAtMs
  },
  until: (value) => {
    const limit = parseTimePoint(value, Date.now())
    if (limit === undefined) throw badFilter(`not a time in filter until: ${value}`)
    return (row) => row.createdAtMs < limit
  },
  volume: (value) => (row) =>
    configOf(row).volumes.some(({ name, source, destination }) => [name, source, destination].includes(value)),
  network:
    (value, { networks }) =>
    (row) => {
      const { networkMode } = configOf(row)
      if (networkMode === 'bridge') return networks(row).includes(value)
      // What docker calls bridge is whatever brings a container out.
      return networkMode === value || (value === 'bridge' && ['slirp4netns', 'pasta'].includes(networkMode))
    },
  publish: (value) => {
    const isMeant = portTest(value)
    return (row) => (configOf(row).ports ?? []).some(({ hostPort, protocol }) => isMeant(hostPort, protocol))
  },
  expose: (value) => {
    const isMeant = portTest(value)
    return (row) => exposedPorts(row).some(([port, protocol]) => isMeant(port, protocol))
  },
  health: (value, { health }) => {
    if (!HEALTHS.includes(value)) throw badFilter(`unknown health: ${value}`)
    return (row) => (health(row) || 'none') === value
  },
  'restart-policy': (value) => {
    const policy = value === 'none' ? 'no' : value
    return (row) => (configOf(row).restart?.name ?? 'no') === policy
  },
  'should-start-on-boot': (value) => {
    const wanted = parseBoolean('should-start-on-boot', value)
    return (row) => startsOnBoot(row) === wanted
  },
  command: (value) => (row) => row.command[0] === value,
  pod: (value, { pods }) => {
    const ids = pods(value)
    return (row) => row.podId !== null && ids.has(row.podId)
  },
  'is-task': (value) => {
    const wanted = parseBoolean('is-task', value)
    return () => !wanted
  },
}

export const CONTAINER_FILTERS = Object.keys(KEYS)

/**
 * Source: podman-ps(1), "--filter": values of one key are alternatives, labels must all match,
 * different keys must all match.
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parseContainerFilters(filters: readonly string[], context: FilterContext): ContainerFilter[] {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    // `label!=x` is the key `label!`
    const key = equals < 0 ? filter : filter.slice(0, equals)
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) throw unknownFilter(filter, key)
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1), context)])
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

/** An image's id, or its name with or without registry and tag: it may have lost that name since. */
function isAncestor(row: ContainerRow, image: string): boolean {
  if (row.imageId !== null && image.length >= 3 && row.imageId.startsWith(image.replace(/^sha256:/, ''))) return true
  const names = [row.imageName, row.imageName.replace(/:[^:/]*$/, '')]
  return names.some((name) => name === image || name.endsWith(`/${image}`))
}

function exposedPorts(row: ContainerRow): [port: number, protocol: string][] {
  const { exposed = [], ports = [] } = configOf(row)
  const said = exposed.map((text): [number, string] => {
    const [port = '', protocol = 'tcp'] = text.split('/')
    return [Number(port), protocol]
  })
  return [...said, ...ports.map(({ containerPort, protocol }): [number, string] => [containerPort, protocol])]
}

function startsOnBoot(row: ContainerRow): boolean {
  const policy = configOf(row).restart?.name
  return policy === 'always' || (policy === 'unless-stopped' && !row.stoppedByUser)
}

function unknownFilter(filter: string, key: string): TspodError {
  const meant = nearest(key, Object.keys(KEYS))
  return badFilter(
    `cannot filter by ${JSON.stringify(filter.slice(0, 200))}`,
    meant && meant !== key ? `did you mean ${meant}=…?` : `use KEY=VALUE with one of ${Object.keys(KEYS).join(', ')}`,
  )
}
