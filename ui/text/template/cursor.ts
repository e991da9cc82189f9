import type { Body } from './ast.ts'
import { badTemplate } from './errors.ts'
import type { Token } from './lex.ts'

/** Blocks and parentheses inside one another; more is no template a person wrote. */
const MAX_DEPTH = 100

/** Where the parser is in its tokens, and what it knows there. */
export interface Cursor {
  readonly tokens: readonly Token[]
  at: number
  depth: number
  /** `range`s around this place */
  ranges: number
  /** that can be named here */
  variables: string[]
  readonly defined: Map<string, Body>
}

export function makeCursor(tokens: readonly Token[]): Cursor {
  return { tokens, at: 0, depth: 0, ranges: 0, variables: ['$'], defined: new Map() }
}

/** @throws {TspodError} E_BAD_TEMPLATE: too deep */
export function deeper<T>(cursor: Cursor, parse: () => T): T {
  if (++cursor.depth > MAX_DEPTH) throw badTemplate('nested too deeply')
  const result = parse()
  cursor.depth--
  return result
}

/** Variables that are made in `parse` end with it. */
export function withVariables<T>(cursor: Cursor, parse: () => T): T {
  const count = cursor.variables.length
  const result = parse()
  cursor.variables.length = count
  return result
}

/** Says whether there was any. */
export function skipSpace(cursor: Cursor): boolean {
  const start = cursor.at
  while (cursor.tokens[cursor.at]?.kind === 'space') cursor.at++
  return cursor.at > start
}

export function peekWord(cursor: Cursor): string | undefined {
  const token = cursor.tokens[cursor.at]
  return token?.kind === 'word' ? token.text : undefined
}

export function takeOperator(cursor: Cursor, operator: string): boolean {
  skipSpace(cursor)
  const token = cursor.tokens[cursor.at]
  if (token?.kind !== 'operator' || token.text !== operator) return false
  cursor.at++
  return true
}

export function takeString(cursor: Cursor, where: string): string {
  skipSpace(cursor)
  const token = cursor.tokens[cursor.at++]
  if (token?.kind !== 'string') throw badTemplate(`unexpected ${describe(token)} in ${where}: a name is missing`)
  return token.text
}

export function expectClose(cursor: Cursor): void {
  skipSpace(cursor)
  const token = cursor.tokens[cursor.at++]
  if (token?.kind !== 'close') throw badTemplate(`unexpected ${describe(token)} in an action`)
}

export function describe(token: Token | undefined): string {
  if (token === undefined) return 'end'
  if (token.kind === 'field') return JSON.stringify(`.${token.text}`)
  return 'text' in token ? JSON.stringify(token.text) : 'value' in token ? String(token.value) : token.kind
}
