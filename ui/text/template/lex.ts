import { badTemplate } from './errors.ts'

export type Token =
  | { readonly kind: 'text' | 'field' | 'variable' | 'word' | 'string' | 'operator'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'open' | 'close' | 'space' }

/**
 * Splits a template into text and the tokens of its actions. White space inside an action is a
 * token, because `.A.B` and `.A .B` differ. Source: Go's text/template, "Actions" and "Text and spaces".
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function lexTemplate(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let trimStart = false
  while (at < source.length) {
    const open = source.indexOf('{{', at)
    const end = open < 0 ? source.length : open
    const isTrimmed = open >= 0 && /^\{\{-\s/.test(source.slice(open, open + 4))
    let text = source.slice(at, end)
    if (trimStart) text = text.trimStart()
    if (isTrimmed) text = text.trimEnd()
    if (text !== '') tokens.push({ kind: 'text', text })
    if (open < 0) break
    const action = lexAction(source, open + (isTrimmed ? 3 : 2), tokens)
    at = action.end
    trimStart = action.trimsAfter
  }
  return tokens
}

/** Lexes one action from behind its `{{`. `end` is behind its `}}`. */
function lexAction(source: string, start: number, tokens: Token[]): { end: number; trimsAfter: boolean } {
  const comment = /^\s*\/\*[\s\S]*?\*\/(\s+-)?\s*\}\}/.exec(source.slice(start))
  if (comment) return { end: start + comment[0].length, trimsAfter: comment[1] !== undefined }
  tokens.push({ kind: 'open' })
  for (let at = start; at < source.length; ) {
    const close = /^(\s+-)?\}\}/.exec(source.slice(at, at + 64))
    if (close) {
      tokens.push({ kind: 'close' })
      return { end: at + close[0].length, trimsAfter: close[1] !== undefined }
    }
    const [token, length] = lexToken(source, at)
    tokens.push(token)
    at += length
  }
  throw badTemplate('unclosed action')
}

const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy
const NUMBER = /[+-]?\d+(\.\d+)?/y
const SPACE = /\s+/y
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y
const RAW = /`[^`]*`/y

function lexToken(source: string, at: number): [Token, number] {
  const match = (pattern: RegExp, from = at): string | undefined => {
    pattern.lastIndex = from
    return pattern.exec(source)?.[0]
  }
  const space = match(SPACE)
  if (space) return [{ kind: 'space' }, trimMarkerCut(source, at, space.length)]
  const character = source.charAt(at)
  if (character === '.') {
    const name = match(WORD, at + 1) ?? ''
    return [{ kind: 'field', text: name }, 1 + name.length]
  }
  if (character === '$') {
    const name = match(WORD, at + 1) ?? ''
    return [{ kind: 'variable', text: `$${name}` }, 1 + name.length]
  }
  if (character === '"') {
    const quoted = match(QUOTED)
    if (!quoted) throw badTemplate('unterminated string')
    return [{ kind: 'string', text: unquote(quoted) }, quoted.length]
  }
  if (character === '`') {
    const raw = match(RAW)
    if (!raw) throw badTemplate('unterminated raw string')
    return [{ kind: 'string', text: raw.slice(1, -1) }, raw.length]
  }
  const number = match(NUMBER)
  if (number) return [{ kind: 'number', value: Number(number) }, number.length]
  const word = match(WORD)
  if (word) return [{ kind: 'word', text: word }, word.length]
  const operator = source.startsWith(':=', at) ? ':=' : character
  if (![':=', '=', '|', '(', ')', ','].includes(operator)) {
    throw badTemplate(`unexpected ${JSON.stringify(operator)} in an action`)
  }
  return [{ kind: 'operator', text: operator }, operator.length]
}

/** The space before a closing `-}}` belongs to that marker. */
function trimMarkerCut(source: string, at: number, length: number): number {
  return length > 1 && source.startsWith('-}}', at + length) ? length - 1 : length
}

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

/** Source: Go language specification, "String literals". */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{3}|.)/g, (_, body: string) => {
    if (/^[xu]./.test(body)) return String.fromCodePoint(Number.parseInt(body.slice(1), 16))
    if (/^[0-7]{3}$/.test(body)) return String.fromCodePoint(Number.parseInt(body, 8))
    const character = ESCAPES[body]
    if (character === undefined) throw badTemplate(`unknown escape \\${body} in a string`)
    return character
  })
}
