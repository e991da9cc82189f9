import { withoutUnit } from './duration.ts'
import { isMap, isObject, mapKeys } from './values.ts'

/**
 * As Go's encoding/json writes a value: keys of maps in order, those of structs as they are
 * declared, without those that are undefined; a list or a map that is nil is null.
 * `<`, `>` and `&` stay, as docker and podman have it.
 */
export function goJson(value: unknown, indent?: number): string {
  return (JSON.stringify(ordered(value), null, indent) ?? 'null').replace(/[\u2028\u2029]/g, (character) =>
    character === '\u2028' ? '\\u2028' : '\\u2029',
  )
}

function ordered(value: unknown): unknown {
  if (isNil(value)) return null
  if (Array.isArray(value)) return value.map(ordered)
  if (!isObject(value)) return withoutUnit(value) ?? null
  const keys = isMap(value) ? mapKeys(value) : Object.keys(value)
  // Without a prototype `__proto__` is a key like any other.
  const copy: Record<string, unknown> = Object.create(null)
  for (const key of keys) if (!['function', 'undefined'].includes(typeof value[key])) copy[key] = ordered(value[key])
  return copy
}

/** What has a `toJSON` that is a function, as nobody's data has. Source: engine/go-map.ts. */
function isNil(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return typeof Object.getOwnPropertyDescriptor(value, 'toJSON')?.value === 'function'
}
