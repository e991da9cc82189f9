import { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import { dockerAction } from './docker-action.ts'
import { type EngineEvent, isEventType } from './event.ts'

type Test = (event: EngineEvent) => boolean

const isNamed = (event: EngineEvent, value: string): boolean => event.name === value || event.id.startsWith(value)

/** Source: podman-events(1) and docker-system-events(1), "--filter". */
const KEYS: Readonly<Record<string, (value: string) => Test>> = {
  container: (value) => (event) => event.type === 'container' && isNamed(event, value.replace(/^\//, '')),
  daemon: () => () => true,
  event: byAction,
  status: byAction,
  image: (value) => (event) =>
    event.type === 'image'
      ? isImage(event.name, value) || event.id.startsWith(value.replace(/^sha256:/, ''))
      : isImage(event.attributes['image'] ?? '', value),
  label: (value) => {
    const equals = value.indexOf('=')
    const name = equals < 0 ? value : value.slice(0, equals)
    return ({ attributes }) =>
      Object.hasOwn(attributes, name) && (equals < 0 || attributes[name] === value.slice(equals + 1))
  },
  network: (value) => (event) => event.type === 'network' && isNamed(event, value),
  pod: (value) => (event) => event.type === 'pod' && isNamed(event, value),
  scope: (value) => () => value === 'local',
  secret: (value) => (event) => event.type === 'secret' && isNamed(event, value),
  type: (value) => {
    if (!isEventType(value) && !DOCKER_TYPES.includes(value)) throw badFilter(`unknown type of event: ${value}`)
    return (event) => event.type === value
  },
  volume: (value) => (event) => event.type === 'volume' && isNamed(event, value),
}

export const EVENT_FILTERS = Object.keys(KEYS)

/** Of these there are none here. */
const DOCKER_TYPES = ['config', 'daemon', 'node', 'plugin', 'service', 'builder']

/**
 * Whether an event is meant: values of one key are alternatives, but for labels, which must all be
 * there; different keys must all match. docker's and podman's words for what happened are the same.
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parseEventFilters(filters: readonly string[]): Test {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    const key = equals < 0 ? filter : filter.slice(0, equals).toLowerCase()
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) throw unknownFilter(filter, key)
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1))])
  }
  return (event) =>
    [...byKey].every(([key, tests]) =>
      key === 'label' ? tests.every((test) => test(event)) : tests.some((test) => test(event)),
    )
}

function byAction(value: string): Test {
  return (event) =>
    event.action === value || dockerAction(event) === value || dockerAction(event).startsWith(`${value}:`)
}

/** A whole name, or its end at a `/`, with or without the tag. */
function isImage(name: string, wanted: string): boolean {
  return [name, name.replace(/:[^:/]*$/, '')].some((known) => known === wanted || known.endsWith(`/${wanted}`))
}

function unknownFilter(filter: string, key: string): TspodError {
  const known = Object.keys(KEYS)
  const meant = nearest(key, known)
  return badFilter(
    `cannot filter events by ${JSON.stringify(filter.slice(0, 200))}`,
    meant && meant !== key ? `did you mean ${meant}=…?` : `use KEY=VALUE with one of ${known.join(', ')}`,
  )
}

function badFilter(message: string, hint?: string): TspodError {
  return new TspodError('E_BAD_FILTER', message, hint === undefined ? {} : { hint })
}
