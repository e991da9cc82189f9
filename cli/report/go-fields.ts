import { goSlice, nilMap } from '../../engine/go-map.ts'
import { GoDuration } from '../../ui/text/template/duration.ts'

/** What JSON does not tell of a struct of Go's. */
export interface GoFields {
  /** what is left out where it is empty (`omitempty`), or null there, and what a template finds then; null is a nil pointer */
  readonly absent?: Readonly<Record<string, unknown>>
  /** fields that have another name in JSON, and which */
  readonly named?: Readonly<Record<string, string>>
  /** numbers of nanoseconds that a template prints as `30s` */
  readonly durations?: readonly string[]
}

/** By where the struct is: '' is the whole, `Mounts.*` each of a list or a map. */
export type FieldsByPath = Readonly<Record<string, GoFields>>

/** An empty list, and a map: null in JSON. */
export const NIL_LIST = goSlice<never>([])
export const NIL_MAP = nilMap()

/** Of both engines. Source: moby, api/types/container, HealthConfig; go-connections, nat.PortBinding. */
export const HEALTHCHECK = {
  absent: { Test: NIL_LIST, Interval: 0, Timeout: 0, StartPeriod: 0, StartInterval: 0, Retries: 0 },
  durations: ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'],
} as const
export const HOST_PORT = { named: { HostIP: 'HostIp' } } as const

type Struct = Readonly<Record<string, unknown>>

/**
 * A copy for a template, which finds the fields that the original's type has, though they are empty and JSON leaves
 * them out; what is printed of it as JSON is the same. Pure.
 */
export function withGoFields(value: Struct, fields: FieldsByPath): Struct {
  return copyStruct(value, fields, '')
}

function copyStruct(value: Struct, fields: FieldsByPath, path: string): Struct {
  const prototype: unknown = Object.getPrototypeOf(value)
  const copy: Record<string, unknown> = Object.create(prototype === null ? null : Object.prototype)
  for (const name of Object.getOwnPropertyNames(value)) {
    const inner = copyValue(value[name], fields, join(path, prototype === null ? '*' : name))
    define(copy, name, { value: inner, enumerable: Object.keys(value).includes(name) })
  }
  const { absent = {}, named = {}, durations = [] } = fields[path] ?? {}
  for (const [name, zero] of Object.entries(absent)) {
    const isNull = copy[name] === null
    if (copy[name] === undefined || isNull) define(copy, name, { value: zero, enumerable: isNull })
  }
  for (const name of durations) {
    const nanoseconds = copy[name]
    const enumerable = Object.keys(copy).includes(name)
    if (typeof nanoseconds === 'number') define(copy, name, { value: new GoDuration(nanoseconds), enumerable })
  }
  for (const [name, json] of Object.entries(named)) define(copy, name, { value: copy[json], enumerable: false })
  return copy
}

function copyValue(value: unknown, fields: FieldsByPath, path: string): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? value : value.map((item) => copyValue(item, fields, join(path, '*')))
  }
  return isStruct(value) ? copyStruct(value, fields, path) : value
}

function isStruct(value: unknown): value is Struct {
  return typeof value === 'object' && value !== null
}

function define(copy: Record<string, unknown>, name: string, what: { value: unknown; enumerable: boolean }): void {
  Object.defineProperty(copy, name, { ...what, configurable: true })
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
