import type { Command, Operand, Pipe } from './ast.ts'
import { type Cursor, deeper, describe, skipSpace, takeOperator } from './cursor.ts'
import { badTemplate } from './errors.ts'
import { isFunction } from './functions.ts'

/** Reads `$x := command | command`; two variables where it is that of a `range`. */
export function parsePipe(cursor: Cursor, isRange = false): Pipe {
  const { variables, assigns } = parseDeclaration(cursor)
  if (variables.length > 1 && !isRange) throw badTemplate('too many declarations in an action')
  for (const name of variables) {
    if (assigns) requireVariable(cursor, name)
    else cursor.variables.push(name)
  }
  const commands: Command[] = []
  do {
    const command = parseCommand(cursor)
    if (commands.length > 0) requireExecutable(command, commands.length + 1)
    commands.push(command)
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
  skipSpace(cursor)
  for (;;) {
    const operand = parseOperand(cursor)
    if (!operand) break
    operands.push(operand)
    if (!skipSpace(cursor)) requireDelimiter(cursor)
  }
  const [first] = operands
  if (!first) throw badTemplate('missing value for command')
  if (operands.length === 1 && first.kind === 'literal' && first.value === null)
    throw badTemplate('nil is not a command')
  return { operands }
}

/** Behind an operand without a space: the end of the action, of a parenthesis or of the command. */
function requireDelimiter(cursor: Cursor): void {
  const token = cursor.tokens[cursor.at]
  if (token?.kind === 'close' || (token?.kind === 'operator' && token.text !== '(')) return
  throw badTemplate(`unexpected ${describe(token)} in operand`)
}

/** What comes after a `|` is given an argument. */
function requireExecutable({ operands: [first] }: Command, stage: number): void {
  if (first?.kind === 'literal' || (first?.kind === 'dot' && first.path.length === 0)) {
    throw badTemplate(`non executable command in pipeline stage ${stage}`)
  }
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
      requireVariable(cursor, token.text)
      return { kind: 'variable', name: token.text, path: parsePath(cursor) }
    case 'field':
      if (token.text === '') cursor.at++
      return { kind: 'dot', path: token.text === '' ? [] : parsePath(cursor) }
    case 'operator':
      return token.text === '(' ? parseParenthesis(cursor) : undefined
    default:
      return undefined
  }
}

function wordOperand(word: string): Operand {
  if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' }
  if (word === 'nil') return { kind: 'literal', value: null }
  if (!isFunction(word)) throw badTemplate(`function ${JSON.stringify(word)} not defined`)
  return { kind: 'function', name: word }
}

function parseParenthesis(cursor: Cursor): Operand {
  return deeper(cursor, () => {
    cursor.at++
    const pipe = parsePipe(cursor)
    if (!takeOperator(cursor, ')')) throw badTemplate('unclosed left parenthesis')
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

function requireVariable(cursor: Cursor, name: string): void {
  if (!cursor.variables.includes(name)) throw badTemplate(`undefined variable ${JSON.stringify(name)}`)
}
