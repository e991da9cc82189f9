import { compare, isEqual } from './compare.ts'
import { badTemplate } from './errors.ts'
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts'
import { goJson } from './go-json.ts'
import { indexOf, lengthOf, sliceOf } from './lists.ts'
import { formatPrintf } from './printf.ts'
import { isTrue, kindOf, printValue } from './values.ts'

interface TemplateFunction {
  readonly minimum: number
  readonly maximum: number
  readonly call: (...values: readonly unknown[]) => unknown
}

const ANY = Number.POSITIVE_INFINITY

/**
 * What templates may call, and with how many arguments. `and` and `or` as the first word of a
 * command do not evaluate all of theirs. Source: Go's text/template, "Functions", and docker's and podman's additions.
 */
// biome-ignore format: a table
const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', { minimum: 1, maximum: ANY, call: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1) }],
  ['or', { minimum: 1, maximum: ANY, call: (...values) => values.find(isTrue) ?? values.at(-1) }],
  ['not', { minimum: 1, maximum: 1, call: (value) => !isTrue(value) }],
  ['eq', { minimum: 2, maximum: ANY, call: (first, ...others) => others.some((other) => isEqual(first, other)) }],
  ['ne', { minimum: 2, maximum: 2, call: (first, second) => !isEqual(first, second) }],
  ['lt', { minimum: 2, maximum: 2, call: (first, second) => compare(first, second) < 0 }],
  ['le', { minimum: 2, maximum: 2, call: (first, second) => compare(first, second) <= 0 }],
  ['gt', { minimum: 2, maximum: 2, call: (first, second) => compare(first, second) > 0 }],
  ['ge', { minimum: 2, maximum: 2, call: (first, second) => compare(first, second) >= 0 }],
  ['len', { minimum: 1, maximum: 1, call: lengthOf }],
  ['index', { minimum: 1, maximum: ANY, call: (value, ...keys) => keys.reduce(indexOf, value) }],
  ['slice', { minimum: 1, maximum: 4, call: sliceOf }],
  ['print', { minimum: 0, maximum: ANY, call: print }],
  ['println', { minimum: 0, maximum: ANY, call: (...values) => `${values.map(printValue).join(' ')}\n` }],
  ['printf', { minimum: 1, maximum: ANY, call: (format, ...values) => formatPrintf(text(format), values) }],
  ['html', { minimum: 0, maximum: ANY, call: (...values) => escapeHtml(print(...values)) }],
  ['js', { minimum: 0, maximum: ANY, call: (...values) => escapeJs(print(...values)) }],
  ['urlquery', { minimum: 0, maximum: ANY, call: (...values) => escapeQuery(print(...values)) }],
  ['json', { minimum: 1, maximum: 1, call: (value) => goJson(value) }],
  ['join', { minimum: 2, maximum: 2, call: (list, separator) => listOf(list).map(printValue).join(text(separator)) }],
  ['split', { minimum: 2, maximum: 2, call: (value, separator) => split(text(value), text(separator)) }],
  ['lower', { minimum: 1, maximum: 1, call: (value) => text(value).toLowerCase() }],
  ['upper', { minimum: 1, maximum: 1, call: (value) => text(value).toUpperCase() }],
  ['title', { minimum: 1, maximum: 1, call: (value) => title(text(value)) }],
  ['pad', { minimum: 3, maximum: 3, call: pad }],
  ['truncate', { minimum: 2, maximum: 2, call: (value, length) => [...text(value)].slice(0, Math.max(0, count(length))).join('') }],
])

const MAX_CHARACTERS = 1 << 26

export function isFunction(name: string): boolean {
  return FUNCTIONS.has(name)
}

/** @throws {TspodError} E_BAD_TEMPLATE: no such function, too many or too few arguments, or wrong ones */
export function callFunction(name: string, values: readonly unknown[]): unknown {
  const called = FUNCTIONS.get(name)
  if (!called) throw badTemplate(`function ${JSON.stringify(name)} not defined`)
  const { minimum, maximum } = called
  if (values.length < minimum || values.length > maximum) {
    const want = minimum === maximum ? minimum : values.length < minimum ? `at least ${minimum}` : `at most ${maximum}`
    throw badTemplate(`wrong number of args for ${name}: want ${want} got ${values.length}`)
  }
  const result = called.call(...values)
  if (typeof result === 'string' && result.length > MAX_CHARACTERS)
    throw badTemplate('it makes a text that is too long')
  return result
}

/** Of these a heading comes out as it goes in. Source: docker's templates.HeaderFunctions, and podman's. */
const UNCHANGED = new Set(['json', 'split', 'join', 'title', 'lower', 'upper', 'truncate'])

/** As `callFunction`, for the line of headings, where every field is a text. */
export function callForHeading(name: string, values: readonly unknown[]): unknown {
  return UNCHANGED.has(name) ? values.find((value) => typeof value === 'string') : callFunction(name, values)
}

/** A space between operands where neither is a string. Source: Go's fmt.Sprint. */
function print(...values: readonly unknown[]): string {
  return values.reduce<string>((before, value, index) => {
    const isApart = index > 0 && typeof value !== 'string' && typeof values[index - 1] !== 'string'
    return `${before}${isApart ? ' ' : ''}${printValue(value)}`
  }, '')
}

/** Source: Go's strings.Split: an empty separator gives the characters. */
function split(value: string, separator: string): string[] {
  return separator === '' ? [...value] : value.split(separator)
}

/** Source: Go's strings.Title: the first letter of what is not a letter, digit, _ or ' apart. */
function title(value: string): string {
  return value.replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase())
}

/** Source: docker's templates.padWithSpace, and podman's. */
function pad(value: unknown, before: unknown, after: unknown): string {
  return text(value) === '' ? '' : spaces(before) + text(value) + spaces(after)
}

function spaces(value: unknown): string {
  const width = count(value)
  if (width < 0 || width > 1000) throw badTemplate(`cannot pad by ${width}`)
  return ' '.repeat(width)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw badTemplate(`wrong type for value; expected string; got ${kindOf(value)}`)
}

function count(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value
  throw badTemplate(`wrong type for value; expected int; got ${kindOf(value)}`)
}

function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value
  throw badTemplate(`wrong type for value; expected []string; got ${kindOf(value)}`)
}
