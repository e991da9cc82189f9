import { badTemplate } from './errors.ts'
import { formatPrintf } from './printf.ts'
import { isMap, isObject, isTrue, kindOf, printValue } from './values.ts'

type TemplateFunction = (...values: readonly unknown[]) => unknown

/**
 * What templates may call. `and`, `or` are not here: they do not evaluate all their arguments.
 * Source: Go's text/template, "Functions", and docker's and podman's additions.
 */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', (value) => !isTrue(value)],
  ['eq', (first, ...others) => atLeastOne('eq', others).some((other) => isEqual(first, other))],
  ['ne', (first, second) => !isEqual(first, second)],
  ['lt', (first, second) => order(first, second) < 0],
  ['le', (first, second) => order(first, second) <= 0],
  ['gt', (first, second) => order(first, second) > 0],
  ['ge', (first, second) => order(first, second) >= 0],
  ['len', lengthOf],
  ['index', (value, ...keys) => keys.reduce(indexOf, value)],
  ['slice', sliceOf],
  ['print', (...values) => values.map(printValue).join(' ')],
  ['println', (...values) => `${values.map(printValue).join(' ')}\n`],
  ['printf', (format, ...values) => formatPrintf(text(format), values)],
  ['html', (...values) => escapeHtml(values.map(printValue).join(''))],
  ['js', (...values) => JSON.stringify(values.map(printValue).join('')).slice(1, -1)],
  ['urlquery', (...values) => encodeURIComponent(values.map(printValue).join('')).replaceAll('%20', '+')],
  ['json', (value) => JSON.stringify(value ?? null)],
  ['join', (list, separator) => listOf(list).map(printValue).join(text(separator))],
  ['split', (value, separator) => text(value).split(text(separator))],
  ['lower', (value) => text(value).toLowerCase()],
  ['upper', (value) => text(value).toUpperCase()],
  ['title', (value) => text(value).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase())],
  ['pad', (value, before, after) => (text(value) === '' ? '' : spaces(before) + text(value) + spaces(after))],
  ['truncate', (value, length) => [...text(value)].slice(0, Math.max(0, count(length))).join('')],
])

function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw badTemplate(`expected a string, not ${kindOf(value)}`)
}

function count(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw badTemplate(`expected a whole number, not ${kindOf(value)}`)
}

function spaces(value: unknown): string {
  const width = count(value)
  if (width > 1000) throw badTemplate('padding too large')
  return ' '.repeat(Math.max(0, width))
}

function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value
  throw badTemplate(`expected a list, not ${kindOf(value)}`)
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  if (isMap(value)) return Object.keys(value).length
  throw badTemplate(`len of ${kindOf(value)}`)
}

/** A map gives the zero value for a key it does not have; all our maps hold text. */
function indexOf(value: unknown, key: unknown): unknown {
  if (isObject(value) && typeof key === 'string') {
    if (Object.hasOwn(value, key)) return value[key]
    if (isMap(value)) return ''
    throw badTemplate(`index of ${kindOf(value)} with ${JSON.stringify(key)}`)
  }
  if ((Array.isArray(value) || typeof value === 'string') && typeof key === 'number') {
    const item: unknown = typeof value === 'string' ? Buffer.from(value)[key] : value[key]
    if (item === undefined) throw badTemplate(`index out of range: ${key}`)
    return item
  }
  if (value === null || value === undefined) throw badTemplate('index of nil')
  throw badTemplate(`index of ${kindOf(value)} with ${kindOf(key)}`)
}

function sliceOf(value: unknown, ...limits: readonly unknown[]): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) throw badTemplate(`slice of ${kindOf(value)}`)
  const [start = 0, end = value.length] = limits.map(count)
  if (start < 0 || end < start || end > value.length) throw badTemplate(`slice out of range: ${start}:${end}`)
  return value.slice(start, end)
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null)
  if (typeof a !== typeof b) throw badTemplate(`cannot compare ${kindOf(a)} with ${kindOf(b)}`)
  if (typeof a === 'object') throw badTemplate(`cannot compare ${kindOf(a)}`)
  return a === b
}

function order(a: unknown, b: unknown): number {
  const comparable =
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')
  if (!comparable) throw badTemplate(`cannot order ${kindOf(a)} and ${kindOf(b)}`)
  return a < b ? -1 : a > b ? 1 : 0
}

function atLeastOne(name: string, values: readonly unknown[]): readonly unknown[] {
  if (values.length === 0) throw badTemplate(`${name} needs two arguments`)
  return values
}

function escapeHtml(value: string): string {
  return value.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
