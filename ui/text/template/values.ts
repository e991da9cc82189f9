import { callDuration, GoDuration, withoutUnit } from './duration.ts'
import { badTemplate } from './errors.ts'
import { formatFloat } from './go-float.ts'

/** Whether `if` and `with` take it for true. Source: Go's text/template, "the empty values". */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (isMap(value)) return mapKeys(value).length > 0
  const plain = withoutUnit(value)
  return plain !== undefined && plain !== null && plain !== false && plain !== 0 && plain !== ''
}

/**
 * An object without a prototype is a Go map, where a key may be missing; any other is a struct,
 * where a name that does not exist is the user's mistake.
 */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof GoDuration)
}

/** In order, as Go goes through a map where the order can be seen. */
export function mapKeys(map: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(map).sort()
}

/** A field of a struct, the value of a map's key, or what a method gives. */
export function fieldOf(value: unknown, name: string, methodArguments: readonly unknown[] = []): unknown {
  if (value === null || value === undefined) throw badTemplate(`nil pointer evaluating nil.${name}`)
  const method = value instanceof GoDuration ? callDuration(value, name) : undefined
  if (method !== undefined) return method
  if (!isObject(value)) throw badTemplate(`can't evaluate field ${name} in type ${kindOf(value)}`)
  if (!Object.hasOwn(value, name)) {
    if (isMap(value)) return undefined
    throw badTemplate(`can't evaluate field ${name}`, `the fields are ${Object.keys(value).join(', ')}`)
  }
  const field = value[name]
  if (typeof field === 'function') return field(...methodArguments)
  if (methodArguments.length > 0) throw badTemplate(`${name} has arguments but cannot be invoked as function`)
  // In Go a field that is there has a value, though it be a nil pointer; only a map's key has none.
  return field === undefined && !isMap(value) ? null : field
}

/** A value as `{{.X}}` prints it. Source: Go's fmt, verb %v. */
export function printValue(value: unknown): string {
  if (value === undefined) return '<no value>'
  return printNested(value)
}

function printNested(value: unknown): string {
  if (value === undefined || value === null) return '<nil>'
  if (typeof value === 'function') return ''
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatFloat(value, 'g', undefined)
  if (Array.isArray(value)) return `[${value.map(printNested).join(' ')}]`
  if (isMap(value))
    return `map[${mapKeys(value)
      .map((key) => `${key}:${printNested(value[key])}`)
      .join(' ')}]`
  if (isObject(value)) return `{${Object.values(value).map(printNested).join(' ')}}`
  return String(value)
}

/** Go's name of its type, as near as we know it. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  if (value instanceof GoDuration) return 'time.Duration'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64'
  if (typeof value === 'boolean') return 'bool'
  return isMap(value) ? 'map[string]interface {}' : isObject(value) ? 'struct' : typeof value
}
