import { badTemplate } from './errors.ts'
import { lexNumber } from './lex-number.ts'
import { RAW, STRING, unquote } from './unquote.ts'

export type Token =
  | { readonly kind: 'text' | 'field' | 'variable' | 'word' | 'string' | 'operator'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'open' | 'close' | 'space' }

/** What trim markers take away. Source: Go's text/template, "Text and spaces". */
const SPACES = '[ \\t\\r\\n]'
const TRIM_END = new RegExp(`${SPACES}+$`)
const TRIM_START = new RegExp(`^${SPACES}+`)
const OPEN_TRIMMED = new RegExp(`^\\{\\{-(?=${SPACES})`)

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
    const isTrimmed = open >= 0 && OPEN_TRIMMED.test(source.slice(open, open + 4))
    let text = source.slice(at, end)
    if (trimStart) text = text.replace(TRIM_START, '')
    if (isTrimmed) text = text.replace(TRIM_END, '')
    if (text !== '') tokens.push({ kind: 'text', text })
    if (open < 0) break
    const action = lexAction(source, open + (isTrimmed ? 3 : 2), tokens)
    at = action.end
    trimStart = action.trimsAfter
  }
  return tokens
}

interface Action {
  readonly end: number
  readonly trimsAfter: boolean
}

/** Lexes one action from behind its `{{`. `end` is behind its `}}`. */
function lexAction(source: string, start: number, tokens: Token[]): Action {
  const comment = lexComment(source, start)
  if (comment) return comment
  tokens.push({ kind: 'open' })
  for (let at = start; at < source.length; ) {
    const close = /^([ \t\r\n]-)?\}\}/.exec(source.slice(at, at + 4))
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

/** A comment stands alone between its delimiters, or their trim markers. */
function lexComment(source: string, start: number): Action | undefined {
  const isMarked = source.charAt(start - 1) === '-'
  const from = isMarked ? start + (/^[ \t\r\n]+/.exec(source.slice(start, start + 1000))?.[0].length ?? 0) : start
  if (!source.startsWith('/*', from)) return undefined
  const end = source.indexOf('*/', from + 2)
  if (end < 0) throw badTemplate('unclosed comment')
  const close = /^([ \t\r\n]+-)?\}\}/.exec(source.slice(end + 2, end + 1002))
  if (!close) throw badTemplate('comment ends before closing delimiter')
  return { end: end + 2 + close[0].length, trimsAfter: close[1] !== undefined }
}

const SPACE = /[ \t\r\n]+/y
const CHARACTER = /'(?:[^'\\\n]|\\.)[^'\n]*'/uy

function lexToken(source: string, at: number): [Token, number] {
  const match = (pattern: RegExp, from = at): string | undefined => {
    pattern.lastIndex = from
    return pattern.exec(source)?.[0]
  }
  const space = match(SPACE)
  if (space) return [{ kind: 'space' }, trimMarkerCut(source, at, space.length)]
  const character = source.charAt(at)
  const number = lexNumber(source, at)
  if (number) return [{ kind: 'number', value: number.value }, number.length]
  if (character === '.' || character === '$') {
    const name = match(word(), at + 1) ?? ''
    return [character === '.' ? { kind: 'field', text: name } : { kind: 'variable', text: `$${name}` }, 1 + name.length]
  }
  if (character === '"' || character === '`') {
    const quoted = match(character === '"' ? STRING : RAW)
    if (!quoted) throw badTemplate(character === '"' ? 'unterminated quoted string' : 'unterminated raw quoted string')
    return [{ kind: 'string', text: unquote(quoted) }, quoted.length]
  }
  if (character === "'") {
    const quoted = match(CHARACTER)
    const [letter, ...more] = quoted === undefined ? [] : [...unquote(quoted)]
    if (quoted === undefined || letter === undefined || more.length > 0) throw badTemplate('unterminated character')
    return [{ kind: 'number', value: letter.codePointAt(0) ?? 0 }, quoted.length]
  }
  const name = match(word())
  if (name) return [{ kind: 'word', text: name }, name.length]
  return lexOperator(source, at)
}

/** Made when a template is read: V8 loads Unicode's tables for it, and every command loads this file. */
function word(): RegExp {
  return /[\p{L}_][\p{L}\p{N}_]*/uy
}

function lexOperator(source: string, at: number): [Token, number] {
  const operator = source.startsWith(':=', at) ? ':=' : String.fromCodePoint(source.codePointAt(at) ?? 0)
  if (![':=', '=', '|', '(', ')', ','].includes(operator)) {
    throw badTemplate(`unexpected ${JSON.stringify(operator)} in an action`)
  }
  return [{ kind: 'operator', text: operator }, operator.length]
}

/** The space before a closing `-}}` belongs to that marker. */
function trimMarkerCut(source: string, at: number, length: number): number {
  return length > 1 && source.startsWith('-}}', at + length) ? length - 1 : length
}
