import { badTemplate } from './errors.ts'

export const STRING = /"(?:[^"\\\n]|\\.)*"/y
export const RAW = /`[^`]*`/y

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
}

const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g

/**
 * What a quoted string stands for. Source: Go language specification, "String literals".
 *
 * @throws {TspodError} E_BAD_TEMPLATE: an escape that Go does not have
 */
export function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1)
  if (quoted.startsWith('`')) return inner.replaceAll('\r', '')
  return inner.replace(ESCAPE, (_, body: string) => {
    if (/^[xuU]./.test(body)) return character(Number.parseInt(body.slice(1), 16), body)
    if (/^[0-7]{3}$/.test(body)) return character(Number.parseInt(body, 8), body)
    const found = Object.hasOwn(ESCAPES, body) ? ESCAPES[body] : undefined
    if (found === undefined) throw badTemplate(`unknown escape \\${body} in a string`)
    return found
  })
}

function character(code: number, body: string): string {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw badTemplate(`no character \\${body}`)
  return String.fromCodePoint(code)
}
