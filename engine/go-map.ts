/**
 * A copy without a prototype. In what `inspect` gives, such an object is a map, whose keys are the
 * user's, and any other is a struct, whose fields are known: templates treat the two differently.
 */
export function goMap<T>(
  entries: Readonly<Record<string, T>> | Iterable<readonly [string, T]>,
): Readonly<Record<string, T>> {
  const map: Record<string, T> = Object.create(null)
  const pairs = Symbol.iterator in entries ? entries : Object.entries(entries)
  for (const [key, value] of pairs) map[key] = value
  return map
}

/** A slice of Go's, which is nil where it has nothing: null in JSON, and an empty list in a template. */
export function goSlice<T>(list: readonly T[]): readonly T[] {
  return list.length > 0 ? list : Object.defineProperty<T[]>([], 'toJSON', { value: () => null })
}

/** A map of Go's that is nil: null in JSON, and an empty map in a template. */
export function nilMap(): Readonly<Record<string, never>> {
  return Object.defineProperty(Object.create(null), 'toJSON', { value: () => null })
}

/** Go's encoding of a time, nanoseconds cut to what we know; its zero time for none. Source: RFC 3339. */
export function goTime(ms: number | null): string {
  return ms === null ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString()
}
