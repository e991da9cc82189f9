import { badTemplate } from './errors.ts'

const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?)/y

/**
 * A number at this place of a template, as Go writes them; undefined where there is none.
 * Source: Go language specification, "Integer literals" and "Floating-point literals".
 *
 * @throws {TspodError} E_BAD_TEMPLATE: it begins like a number and is none
 */
export function lexNumber(source: string, at: number): { readonly value: number; readonly length: number } | undefined {
  NUMBER.lastIndex = at
  const text = NUMBER.exec(source)?.[0]
  if (text === undefined) return undefined
  const value = parseNumber(text)
  const next = String.fromCodePoint(source.codePointAt(at + text.length) ?? 0)
  if (/[\p{L}\p{N}_]/u.test(next) || !Number.isFinite(value)) {
    throw badTemplate(`bad number syntax: ${JSON.stringify(text)}`)
  }
  return { value, length: text.length }
}

function parseNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '')
  // A leading zero makes an integer octal.
  const value = /^0\d+$/.test(digits) ? Number(`0o${digits.slice(1)}`) : Number(digits)
  return value === 0 ? 0 : sign * value
}
