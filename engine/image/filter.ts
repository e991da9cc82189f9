import { TspodError } from '../../base/errors.ts'
import { nearest } from '../../base/nearest.ts'
import { parseTimePoint } from '../parse-time.ts'
import type { ListedImage } from './list.ts'

type Test = (image: ListedImage) => boolean

interface Context {
  readonly nowMs: number
  /** when the image of this name was made; throws where there is none */
  readonly createdAtMs: (ref: string) => number
}

const KEYS: Readonly<Record<string, (value: string, context: Context) => Test>> = {
  after: (value, context) => since(value, context),
  before: (value, { createdAtMs }) => {
    const limit = createdAtMs(value)
    return (image) => image.createdAtMs < limit
  },
  containers: (value) => {
    const wanted = value === 'external' ? undefined : parseBoolean('containers', value)
    return (image) => wanted !== undefined && image.containers > 0 === wanted
  },
  dangling: (value) => {
    const wanted = parseBoolean('dangling', value)
    return (image) => isDangling(image) === wanted
  },
  digest: (value) => (image) => image.manifestDigest === value,
  id: (value) => {
    const prefix = value.replace(/^sha256:/, '')
    return (image) => image.id.startsWith(prefix)
  },
  intermediate: (value) => {
    const wanted = parseBoolean('intermediate', value)
    return (image) => image.isIntermediate === wanted
  },
  label: (value) => (image) => hasLabel(image.config.labels, value),
  'label!': (value) => (image) => !hasLabel(image.config.labels, value),
  manifest: (value) => {
    const wanted = parseBoolean('manifest', value)
    return (image) => image.isManifestList === wanted
  },
  readonly: (value) => {
    const wanted = parseBoolean('readonly', value)
    return () => !wanted
  },
  reference: (value) => hasName(value),
  since: (value, context) => since(value, context),
  until: (value, { nowMs }) => {
    const limit = parseTimePoint(value, nowMs)
    if (limit === undefined) throw badFilter(`not a time in filter until: ${value}`)
    return (image) => image.createdAtMs < limit
  },
}

export const IMAGE_FILTERS = Object.keys(KEYS)

/** What `prune` takes. Source: podman-image-prune(1), "--filter". */
export const PRUNE_KEYS = ['until', 'label', 'label!', 'dangling', 'intermediate', 'containers', 'id', 'reference']

/**
 * Values of one key are alternatives, but for labels, which must all match; different keys must
 * all match. Source: podman-images(1), "--filter".
 *
 * @throws {TspodError} E_BAD_FILTER
 */
export function parseImageFilters(
  filters: readonly string[],
  context: Context,
  keys: readonly string[] = Object.keys(KEYS),
): Test {
  const byKey = new Map<string, Test[]>()
  for (const filter of filters) {
    const equals = filter.indexOf('=')
    // `label!=x` is the key `label!`
    const key = equals < 0 ? filter : filter.slice(0, equals)
    const make = keys.includes(key) && Object.hasOwn(KEYS, key) ? KEYS[key] : undefined
    if (!make || equals < 0) throw unknownFilter(filter, key, keys)
    byKey.set(key, [...(byKey.get(key) ?? []), make(filter.slice(equals + 1), context)])
  }
  return (image) =>
    [...byKey].every(([key, tests]) =>
      key.startsWith('label') ? tests.every((test) => test(image)) : tests.some((test) => test(image)),
    )
}

/** Nobody gave it a name, and nothing was built on it. */
export function isDangling(image: ListedImage): boolean {
  return image.names.length === 0 && !image.isIntermediate
}

/** A whole name or its end at a `/`, with or without the tag; `*` and `?` stand for anything but a `/`. */
export function hasName(wanted: string): (image: Pick<ListedImage, 'names' | 'repoDigests'>) => boolean {
  const body = [...wanted].map((letter) => WILDCARDS[letter] ?? escapeRegExp(letter)).join('')
  const pattern = new RegExp(`(^|/)${body}$`)
  return (image) =>
    image.names.some((name) => pattern.test(name) || pattern.test(name.replace(/:[^:/]*$/, ''))) ||
    image.repoDigests.some((digest) => pattern.test(digest))
}

const WILDCARDS: Readonly<Record<string, string>> = { '*': '[^/]*', '?': '[^/]' }

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function since(value: string, { createdAtMs }: Context): Test {
  const limit = createdAtMs(value)
  return (image) => image.createdAtMs > limit
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  const name = equals < 0 ? wanted : wanted.slice(0, equals)
  return Object.hasOwn(labels, name) && (equals < 0 || labels[name] === wanted.slice(equals + 1))
}

/** Source: Go's strconv.ParseBool. */
function parseBoolean(key: string, value: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true
  if (/^(0|f|false)$/i.test(value)) return false
  throw badFilter(`the filter ${key} is true or false, not ${JSON.stringify(value.slice(0, 100))}`)
}

function unknownFilter(filter: string, key: string, keys: readonly string[]): TspodError {
  const meant = nearest(key, keys)
  return badFilter(
    `cannot filter by ${JSON.stringify(filter.slice(0, 200))}`,
    meant && meant !== key ? `did you mean ${meant}=…?` : `use KEY=VALUE with one of ${keys.join(', ')}`,
  )
}

function badFilter(message: string, hint?: string): TspodError {
  return new TspodError('E_BAD_FILTER', message, hint === undefined ? {} : { hint })
}
