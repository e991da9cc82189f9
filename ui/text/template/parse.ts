import type { Command, Operand, Pipe, Template, TemplateNode } from './ast.ts'
import { badTemplate } from './errors.ts'
import { lexTemplate, type Token } from './lex.ts'

/** Blocks and parentheses inside one another; more is no template a person wrote. */
const MAX_DEPTH = 100

type Cursor = { readonly tokens: readonly Token[]; at: number; depth: number }

type Ending = 'end' | 'else' | 'eof'

/** @throws {TspodError} E_BAD_TEMPLATE */
export function parseTemplate(source: string): Template {
  const cursor: Cursor = { tokens: lexTemplate(source), at: 0, depth: 0 }
  const { nodes, ending } = parseList(cursor)
  if (ending !== 'eof') throw badTemplate(`unexpected {{${ending}}}`)
  return nodes
}

/** Reads nodes up to the `{{end}}` or `{{else` that is not theirs. That word has been read then, its `}}` not. */
function parseList(cursor: Cursor): { nodes: TemplateNode[]; ending: Ending } {
  const nodes: TemplateNode[] = []
  for (;;) {
    const token = cursor.tokens[cursor.at++]
    if (!token) return { nodes, ending: 'eof' }
    if (token.kind === 'text') {
      nodes.push({ kind: 'text', text: token.text })
      continue
    }
    skipSpace(cursor)
    const word = peekWord(cursor)
    if (word === 'end' || word === 'else') {
      cursor.at++
      return { nodes, ending: word }
    }
    nodes.push(parseAction(cursor, word))
  }
}

function parseAction(cursor: Cursor, word: string | undefined): TemplateNode {
  switch (word) {
    case 'if':
    case 'with':
    case 'range':
      cursor.at++
      return parseBlock(cursor, word)
    case 'break':
    case 'continue':
      cursor.at++
      expectClose(cursor)
      return { kind: word }
    case 'define':
    case 'template':
    case 'block':
      throw badTemplate(`{{${word}}} is not supported`)
    default: {
      const pipe = parsePipe(cursor)
      expectClose(cursor)
      return { kind: 'action', pipe }
    }
  }
}

/** `{{if a}}…{{else if b}}…{{else}}…{{end}}`, and the same for `with`; `range` takes a plain else. */
function parseBlock(cursor: Cursor, kind: 'if' | 'with' | 'range'): TemplateNode {
  return deeper(cursor, () => {
    const pipe = parsePipe(cursor)
    expectClose(cursor)
    const { nodes: body, ending } = parseList(cursor)
    if (ending === 'eof') throw badTemplate(`{{${kind}}} without {{end}}`)
    if (ending === 'end') {
      expectClose(cursor)
      return { kind, pipe, body, otherwise: [] }
    }
    skipSpace(cursor)
    const next = peekWord(cursor)
    if (next !== undefined) {
      if (next !== kind || kind === 'range') throw badTemplate(`unexpected ${next} after else`)
      cursor.at++
      return { kind, pipe, body, otherwise: [parseBlock(cursor, kind)] }
    }
    expectClose(cursor)
    const { nodes: otherwise, ending: last } = parseList(cursor)
    if (last !== 'end') throw badTemplate(`{{${kind}}} without {{end}}`)
    expectClose(cursor)
    return { kind, pipe, body, otherwise }
  })
}

function parsePipe(cursor: Cursor): Pipe {
  const { variables, assigns } = parseDeclaration(cursor)
  const commands: Command[] = []
  do {
    commands.push(parseCommand(cursor))
  } while (takeOperator(cursor, '|'))
  return { variables, assigns, commands }
}

/** `$x :=`, `$x =`, `$i, $x :=`; nothing where the variable is only used. */
function parseDeclaration(cursor: Cursor): { variables: string[]; assigns: boolean } {
  const start = cursor.at
  const variables: string[] = []
  do {
    skipSpace(cursor)
    const token = cursor.tokens[cursor.at]
    if (token?.kind !== 'variable') break
    cursor.at++
    variables.push(token.text)
  } while (variables.length < 2 && takeOperator(cursor, ','))
  if (variables.length > 0 && takeOperator(cursor, ':=')) return { variables, assigns: false }
  if (variables.length > 0 && takeOperator(cursor, '=')) return { variables, assigns: true }
  cursor.at = start
  return { variables: [], assigns: false }
}

function parseCommand(cursor: Cursor): Command {
  const operands: Operand[] = []
  for (;;) {
    skipSpace(cursor)
    const operand = parseOperand(cursor)
    if (!operand) break
    operands.push(operand)
  }
  if (operands.length === 0) throw badTemplate('missing value for command')
  return { operands }
}

function parseOperand(cursor: Cursor): Operand | undefined {
  const token = cursor.tokens[cursor.at]
  switch (token?.kind) {
    case 'string':
      cursor.at++
      return { kind: 'literal', value: token.text }
    case 'number':
      cursor.at++
      return { kind: 'literal', value: token.value }
    case 'word':
      cursor.at++
      return wordOperand(token.text)
    case 'variable':
      cursor.at++
      return { kind: 'variable', name: token.text, path: parsePath(cursor) }
    case 'field':
      if (token.text === '') cursor.at++
      return { kind: 'dot', path: parsePath(cursor) }
    case 'operator':
      return token.text === '(' ? parseParenthesis(cursor) : undefined
    default:
      return undefined
  }
}

function wordOperand(word: string): Operand {
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' }
  if (word === 'nil') return { kind: 'literal', value: null }
  return { kind: 'function', name: word }
}

function parseParenthesis(cursor: Cursor): Operand {
  return deeper(cursor, () => {
    cursor.at++
    const pipe = parsePipe(cursor)
    if (!takeOperator(cursor, ')')) throw badTemplate('unclosed parenthesis')
    return { kind: 'pipe', pipe, path: parsePath(cursor) }
  })
}

function parsePath(cursor: Cursor): string[] {
  const path: string[] = []
  for (;;) {
    const token = cursor.tokens[cursor.at]
    if (token?.kind !== 'field' || token.text === '') return path
    path.push(token.text)
    cursor.at++
  }
}

function deeper<T>(cursor: Cursor, parse: () => T): T {
  if (++cursor.depth > MAX_DEPTH) throw badTemplate('nested too deeply')
  const result = parse()
  cursor.depth--
  return result
}

function skipSpace(cursor: Cursor): void {
  while (cursor.tokens[cursor.at]?.kind === 'space') cursor.at++
}

function peekWord(cursor: Cursor): string | undefined {
  const token = cursor.tokens[cursor.at]
  return token?.kind === 'word' ? token.text : undefined
}

function takeOperator(cursor: Cursor, operator: string): boolean {
  skipSpace(cursor)
  const token = cursor.tokens[cursor.at]
  if (token?.kind !== 'operator' || token.text !== operator) return false
  cursor.at++
  return true
}

function expectClose(cursor: Cursor): void {
  skipSpace(cursor)
  const token = cursor.tokens[cursor.at++]
  if (token?.kind !== 'close') throw badTemplate(`unexpected ${token ? describe(token) : 'end'} in an action`)
}

function describe(token: Token): string {
  return 'text' in token ? JSON.stringify(token.text) : 'value' in token ? String(token.value) : token.kind
}
