import { TspodError } from '../../base/errors.ts'
import type { Volume } from '../../storage/volumes/volumes.ts'
import { parseTimePoint } from '../parse-time.ts'

type Test = (volume: Volume) => boolean

const KEYS: Readonly<Record<string, (value: string, isUsed: (name: string) => boolean) => Test>> = {
  all: () => () => true,
  anonymous: (value) => (volume) => volume.anonymous === isTrue(value),
  dangling: (value, isUsed) => (volume) => isUsed(volume.name) !== isTrue(value),
  driver: (value) => () => value === 'local',
  label: (value) => (volume) => hasLabel(volume, value),
  'label!': (value) => (volume) => !hasLabel(volume, value),
  name: (value) => (volume) => volume.name.includes(value),
  scope: (value) => () => value === 'local',
  until: (value) => {
    const limit = parseTimePoint(value, Date.now())
    if (limit === undefined) throw new TspodError('E_BAD_FILTER', `not a time in filter until: ${value}`)
    return (volume) => volume.createdAtMs < limit
  },
}

export const VOLUME_FILTERS = Object.keys(KEYS)

/**
 * Values of one key are alternatives, but for labels, which must all match. Source: podman-volume-ls(1), "--filter".
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parseVolumeFilters(filters: readonly string[], isUsed: (name: string) => boolean): Test {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    const key = equals < 0 ? filter : filter.slice(0, equals)
    const make = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) {
      throw new TspodError('E_BAD_FILTER', `cannot filter by ${JSON.stringify(filter.slice(0, 200))}`, {
        hint: `use KEY=VALUE with one of ${Object.keys(KEYS).join(', ')}`,
      })
    }
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1), isUsed)])
  }
  return (volume) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith('label') ? tests.every((test) => test(volume)) : tests.some((test) => test(volume)),
    )
}

function hasLabel({ labels }: Volume, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  const name = equals < 0 ? wanted : wanted.slice(0, equals)
  return Object.hasOwn(labels, name) && (equals < 0 || labels[name] === wanted.slice(equals + 1))
}

function isTrue(value: string): boolean {
  return /^(1|t|true)$/i.test(value)
}
