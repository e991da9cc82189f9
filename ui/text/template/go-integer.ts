import type { Verb } from './format-verb.ts'
import { quote } from './go-quote.ts'

const BASES: Readonly<Record<string, number>> = { b: 2, o: 8, O: 8, d: 10, v: 10, x: 16, X: 16 }
const PREFIXES: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' }

/** A whole number by a verb, not padded; undefined where the verb is not for one. Source: Go's package fmt, "Integer". */
export function formatInteger(value: number, verb: Verb): string | undefined {
  const { letter } = verb
  if (letter === 'c' || letter === 'q') {
    const character = isCharacter(value) ? String.fromCodePoint(value) : '\ufffd'
    return letter === 'c' ? character : quoteCharacter(character, verb.plus)
  }
  if (letter === 'U') {
    const code = `U+${value.toString(16).toUpperCase().padStart(4, '0')}`
    return verb.sharp && isCharacter(value) ? `${code} '${String.fromCodePoint(value)}'` : code
  }
  const base = BASES[letter]
  if (base === undefined) return undefined
  const digits = Math.abs(value)
    .toString(base)
    .padStart(verb.precision ?? 0, '0')
  const prefix = letter === 'O' ? '0o' : verb.sharp ? (PREFIXES[letter] ?? '') : ''
  const sign = value < 0 ? '-' : verb.plus ? '+' : verb.space ? ' ' : ''
  return sign + prefix + (letter === 'X' ? digits.toUpperCase() : digits)
}

function isCharacter(value: number): boolean {
  return value >= 0 && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff)
}

function quoteCharacter(character: string, ascii: boolean): string {
  if (character === "'") return "'\\''"
  return `'${quote(character, { raw: false, ascii }).slice(1, -1).replace('\\"', '"')}'`
}
