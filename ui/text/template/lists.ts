import { badTemplate } from './errors.ts'
import { isMap, isObject, kindOf, mapKeys } from './values.ts'

/** `len`: bytes of a string. @throws {TspodError} E_BAD_TEMPLATE */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (isMap(value)) return mapKeys(value).length
  throw badTemplate(value === null || value === undefined ? 'len of nil pointer' : `len of type ${kindOf(value)}`)
}

/**
 * `index`, of one key. A map gives the zero value for a key it does not have: that of what it holds.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function indexOf(value: unknown, key: unknown): unknown {
  if (value === null || value === undefined) throw badTemplate('index of untyped nil')
  if (isMap(value)) {
    if (typeof key !== 'string') throw badTemplate(`value has type ${kindOf(key)}; should be string`)
    return Object.hasOwn(value, key) ? value[key] : zeroLike(Object.values(value)[0])
  }
  if (isObject(value) || (typeof value !== 'string' && !Array.isArray(value))) {
    throw badTemplate(`can't index item of type ${kindOf(value)}`)
  }
  const list = typeof value === 'string' ? Buffer.from(value) : value
  const at = wholeNumber(key)
  if (at < 0 || at >= list.length) throw badTemplate(`index out of range: ${at}`)
  return list[at]
}

/** All our maps that may be empty hold text, or nothing that is asked for. */
function zeroLike(value: unknown): unknown {
  if (value === undefined || typeof value === 'string') return ''
  if (typeof value === 'number') return 0
  if (typeof value === 'boolean') return false
  return Array.isArray(value) ? [] : null
}

/** `slice x 1 2` is x[1:2]; of a string its bytes. @throws {TspodError} E_BAD_TEMPLATE */
export function sliceOf(value: unknown, ...limits: readonly unknown[]): unknown {
  if (value === null || value === undefined) throw badTemplate('slice of untyped nil')
  if (typeof value !== 'string' && !Array.isArray(value)) throw badTemplate(`can't slice item of type ${kindOf(value)}`)
  if (typeof value === 'string' && limits.length > 2) throw badTemplate('cannot 3-index slice a string')
  const list = typeof value === 'string' ? Buffer.from(value) : value
  const numbers = limits.map(wholeNumber)
  for (const number of numbers) {
    if (number < 0 || number > list.length) throw badTemplate(`index out of range: ${number}`)
  }
  const [start = 0, end = list.length, capacity = end] = numbers
  if (start > end || end > capacity) throw badTemplate(`invalid slice index: ${start} > ${end}`)
  const part = list.slice(start, end)
  return Buffer.isBuffer(part) ? part.toString() : part
}

function wholeNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw badTemplate(`cannot index slice/array with type ${kindOf(value)}`)
}
