import { withoutUnit } from './duration.ts'
import { badTemplate } from './errors.ts'
import { isObject, kindOf } from './values.ts'

/**
 * `eq`. nil is equal to nil alone. Source: Go's text/template, funcs.go, eq.
 *
 * @throws {TspodError} E_BAD_TEMPLATE: of different kinds, or of one that cannot be compared
 */
export function isEqual(one: unknown, other: unknown): boolean {
  const [a, b] = [withoutUnit(one), withoutUnit(other)]
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null)
  if (isObject(a) || Array.isArray(a)) throw badTemplate(`non-comparable type: ${kindOf(a)}`)
  if (isObject(b) || Array.isArray(b)) throw badTemplate(`non-comparable type: ${kindOf(b)}`)
  if (typeof a !== typeof b) {
    throw badTemplate(`incompatible types for comparison: cannot compare ${kindOf(a)} with ${kindOf(b)}`)
  }
  return a === b
}

/**
 * Below, at or above 0: for `lt` and the like.
 *
 * @throws {TspodError} E_BAD_TEMPLATE: neither two numbers nor two strings
 */
export function compare(one: unknown, other: unknown): number {
  const [a, b] = [withoutUnit(one), withoutUnit(other)]
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  throw badTemplate(`incompatible types for comparison: cannot order ${kindOf(a)} and ${kindOf(b)}`)
}
