import type { TspodError } from '../../base/errors.ts'

/** Checks on a value that came from outside. `where` is how its place is named to the user. */
export interface ShapeReader {
  object(value: unknown, where: string): Readonly<Record<string, unknown>>
  /** an absent or null one is empty */
  optionalObject(value: unknown, where: string): Readonly<Record<string, unknown>>
  string(value: unknown, where: string): string
  optionalString(value: unknown, where: string): string
  optionalBoolean(value: unknown, where: string): boolean
  list(value: unknown, where: string, maxItems: number): readonly unknown[]
  optionalList(value: unknown, where: string, maxItems: number): readonly unknown[]
  optionalStrings(value: unknown, where: string, maxItems: number): readonly string[]
  /** a non-negative safe integer */
  size(value: unknown, where: string): number
}

/** A reader whose every failure is `fail(problem)`. */
export function shapeReader(fail: (problem: string) => TspodError): ShapeReader {
  const reader: ShapeReader = {
    object(value, where) {
      if (!isObject(value)) throw fail(`${where} is not an object`)
      return value
    },
    optionalObject: (value, where) => (isAbsent(value) ? {} : reader.object(value, where)),
    string(value, where) {
      if (typeof value !== 'string') throw fail(`${where} is not a string`)
      // A name or an argument ends at a NUL for the kernel: what is checked must be what is used.
      if (value.includes('\0')) throw fail(`${where} contains a NUL character`)
      return value
    },
    optionalString: (value, where) => (isAbsent(value) ? '' : reader.string(value, where)),
    optionalBoolean(value, where) {
      if (isAbsent(value)) return false
      if (typeof value !== 'boolean') throw fail(`${where} is not true or false`)
      return value
    },
    list(value, where, maxItems) {
      if (!Array.isArray(value)) throw fail(`${where} is not a list`)
      if (value.length > maxItems) throw fail(`${where} has more than ${maxItems} items`)
      return value
    },
    optionalList: (value, where, maxItems) => (isAbsent(value) ? [] : reader.list(value, where, maxItems)),
    optionalStrings: (value, where, maxItems) =>
      reader.optionalList(value, where, maxItems).map((item, index) => reader.string(item, `${where}[${index}]`)),
    size(value, where) {
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw fail(`${where} is not a size`)
      return value
    },
  }
  return reader
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null
}

/** An object and not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
