import { TspodError } from '../../base/errors.ts'
import type { Image } from '../../storage/images/image.ts'
import type { Engine } from '../engine.ts'

export type { Image } from '../../storage/images/image.ts'

export interface ImageListOptions {
  /** `dangling=true`, `reference=…`, `label=…`, `before=…`, `since=…` */
  readonly filters?: readonly string[]
  /** only images with this name */
  readonly reference?: string
}

/**
 * Images in storage, newest first.
 *
 * @throws {TspodError} E_BAD_FILTER
 * @see podman-images(1)
 */
export function listImages(engine: Engine, options: ImageListOptions = {}): Image[] {
  const tests = (options.filters ?? []).map((filter) => parseFilter(engine, filter))
  if (options.reference !== undefined) tests.push(hasName(options.reference))
  return engine.storage.images.list().filter((image) => tests.every((test) => test(image)))
}

type Test = (image: Image) => boolean

function parseFilter(engine: Engine, filter: string): Test {
  const equals = filter.indexOf('=')
  const key = equals < 0 ? filter : filter.slice(0, equals)
  const value = equals < 0 ? '' : filter.slice(equals + 1)
  switch (key) {
    case 'dangling':
      return (image) => (image.names.length === 0) === (value !== 'false')
    case 'reference':
      return hasName(value)
    case 'id':
      return (image) => image.id.startsWith(value.replace(/^sha256:/, ''))
    case 'label':
      return (image) => hasLabel(image.config.labels, value)
    case 'before':
    case 'since': {
      const { createdAtMs } = engine.storage.images.resolve(value)
      return (image) => (key === 'before' ? image.createdAtMs < createdAtMs : image.createdAtMs > createdAtMs)
    }
    default:
      throw new TspodError('E_BAD_FILTER', `cannot filter by ${JSON.stringify(filter)}`, {
        hint: 'use KEY=VALUE with one of dangling, reference, id, label, before, since',
      })
  }
}

/** A whole name or its end at a `/`, with or without the tag; `*` stands for anything but a `/`. */
function hasName(wanted: string): Test {
  const body = wanted.split('*').map(escapeRegExp).join('[^/]*')
  const pattern = new RegExp(`(^|/)${body}$`)
  return (image) => image.names.some((name) => pattern.test(name) || pattern.test(name.replace(/:[^:/]*$/, '')))
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
  const equals = wanted.indexOf('=')
  const name = equals < 0 ? wanted : wanted.slice(0, equals)
  return Object.hasOwn(labels, name) && (equals < 0 || labels[name] === wanted.slice(equals + 1))
}
