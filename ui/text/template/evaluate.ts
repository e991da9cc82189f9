import type { Body, Command, Operand, Pipe, Template, TemplateNode } from './ast.ts'
import { badTemplate } from './errors.ts'
import { callFunction } from './functions.ts'
import { fieldOf, isMap, isTrue, kindOf, mapKeys, printValue } from './values.ts'

/** Innermost last; an action's variables live to the end of its block. */
type Scope = { readonly name: string; value: unknown }[]

type Call = (name: string, values: readonly unknown[]) => unknown

interface Context {
  readonly template: Template
  readonly call: Call
  readonly output: string[]
  readonly scope: Scope
  /** `{{template}}`s inside one another */
  readonly depth: number
  /** shared by all of one rendering */
  readonly spent: { nodes: number; characters: number }
}

type Flow = 'next' | 'break' | 'continue'

type Block = Extract<TemplateNode, { readonly kind: 'if' | 'with' | 'range' }>

/** So much that no honest template meets them, and little enough to end at once. */
const MAX_DEPTH = 200
const MAX_NODES = 5_000_000
const MAX_CHARACTERS = 1 << 26

/**
 * The text of `template` for `data`. `call` is what calls functions.
 *
 * @throws {TspodError} E_BAD_TEMPLATE: a field that does not exist, a wrong argument, an output without end
 */
export function renderTemplate(template: Template, data: unknown, call: Call = callFunction): string {
  const spent = { nodes: 0, characters: 0 }
  const context: Context = { template, call, output: [], scope: [{ name: '$', value: data }], depth: 0, spent }
  try {
    renderList(template.main, data, context)
    return context.output.join('')
  } catch (error) {
    if (error instanceof RangeError) throw badTemplate('it needs too much memory')
    throw error
  }
}

function renderList(nodes: Body, dot: unknown, context: Context): Flow {
  const mark = context.scope.length
  for (const node of nodes) {
    spend(context)
    const flow = renderNode(node, dot, context)
    if (flow !== 'next') {
      context.scope.length = mark
      return flow
    }
  }
  context.scope.length = mark
  return 'next'
}

function renderNode(node: TemplateNode, dot: unknown, context: Context): Flow {
  switch (node.kind) {
    case 'text':
      write(node.text, context)
      return 'next'
    case 'action': {
      const value = evaluatePipe(node.pipe, dot, context)
      if (node.pipe.variables.length > 0) declare(node.pipe, [value], context.scope)
      else write(printValue(value), context)
      return 'next'
    }
    case 'break':
    case 'continue':
      return node.kind
    case 'template':
      renderCall(node.name, node.pipe, dot, context)
      return 'next'
    case 'range':
      return renderRange(node, dot, context)
    default: {
      const mark = context.scope.length
      const value = evaluatePipe(node.pipe, dot, context)
      declare(node.pipe, [value], context.scope)
      const inner = node.kind === 'with' && isTrue(value) ? value : dot
      const flow = renderList(isTrue(value) ? node.body : node.otherwise, inner, context)
      context.scope.length = mark
      return flow
    }
  }
}

function spend({ spent }: Context): void {
  if (++spent.nodes > MAX_NODES) throw badTemplate('it does too much')
}

function write(text: string, { output, spent }: Context): void {
  spent.characters += text.length
  if (spent.characters > MAX_CHARACTERS) throw badTemplate('its output is too long')
  output.push(text)
}

/** The called template has the pipe's value for its dot and its `$`, and no other variable. */
function renderCall(name: string, pipe: Pipe | undefined, dot: unknown, context: Context): void {
  const body = context.template.defined.get(name)
  if (!body) throw badTemplate(`template ${JSON.stringify(name)} not defined`)
  if (context.depth >= MAX_DEPTH) throw badTemplate(`template ${JSON.stringify(name)} calls itself too often`)
  const value = pipe && evaluatePipe(pipe, dot, context)
  renderList(body, value, { ...context, scope: [{ name: '$', value }], depth: context.depth + 1 })
}

function renderRange({ pipe, body, otherwise }: Block, dot: unknown, context: Context): Flow {
  const mark = context.scope.length
  const over = evaluatePipe(pipe, dot, context)
  if (typeof over === 'number' && pipe.variables.length > 1) {
    throw badTemplate(`can't use ${over} to iterate over more than one variable`)
  }
  let isEmpty = true
  for (const [key, value] of rangeItems(over)) {
    isEmpty = false
    spend(context)
    declare(pipe, pipe.variables.length === 2 ? [key, value] : [value], context.scope)
    const flow = renderList(body, value, context)
    context.scope.length = mark
    if (flow === 'break') break
  }
  return isEmpty ? renderList(otherwise, dot, context) : 'next'
}

/** Maps go in the order of their keys, a number is all below it. */
function* rangeItems(value: unknown): Generator<readonly [unknown, unknown]> {
  if (value === null || value === undefined) return
  if (Array.isArray(value)) yield* value.entries()
  else if (isMap(value)) for (const key of mapKeys(value)) yield [key, value[key]]
  else if (typeof value === 'number' && Number.isInteger(value)) for (let i = 0; i < value; i++) yield [i, i]
  else throw badTemplate(`range can't iterate over ${kindOf(value)}`)
}

function declare(pipe: Pipe, values: readonly unknown[], scope: Scope): void {
  pipe.variables.forEach((name, index) => {
    const value = values[index]
    if (pipe.assigns) findVariable(name, scope).value = value
    else scope.push({ name, value })
  })
}

function findVariable(name: string, scope: Scope): { value: unknown } {
  const found = scope.findLast((variable) => variable.name === name)
  if (!found) throw badTemplate(`undefined variable ${JSON.stringify(name)}`)
  return found
}

function evaluatePipe(pipe: Pipe, dot: unknown, context: Context): unknown {
  let value: unknown
  pipe.commands.forEach((command, index) => {
    value = evaluateCommand(command, dot, context, index === 0 ? [] : [value])
  })
  return value
}

/** `piped` is the value of the command before, which becomes the last argument. */
function evaluateCommand(command: Command, dot: unknown, context: Context, piped: readonly unknown[]): unknown {
  const [head, ...rest] = command.operands
  if (!head) throw badTemplate('missing value for command')
  const evaluate = (operand: Operand) => evaluateOperand(operand, dot, context, [])
  if (head.kind === 'function') {
    if (head.name === 'and' || head.name === 'or') {
      const thunks = [...rest.map((operand) => () => evaluate(operand)), ...piped.map((value) => () => value)]
      return evaluateLogic(head.name, thunks)
    }
    return context.call(head.name, [...rest.map(evaluate), ...piped])
  }
  return evaluateOperand(head, dot, context, [...rest.map(evaluate), ...piped])
}

/** Stops at the first argument that decides. */
function evaluateLogic(name: 'and' | 'or', thunks: readonly (() => unknown)[]): unknown {
  if (thunks.length === 0) throw badTemplate(`wrong number of args for ${name}: want at least 1 got 0`)
  let value: unknown
  for (const thunk of thunks) {
    value = thunk()
    if (isTrue(value) === (name === 'or')) return value
  }
  return value
}

function evaluateOperand(operand: Operand, dot: unknown, context: Context, given: readonly unknown[]): unknown {
  switch (operand.kind) {
    case 'literal':
      return walk(operand.value, [], given)
    case 'dot':
      return walk(dot, operand.path, given)
    case 'variable':
      return walk(findVariable(operand.name, context.scope).value, operand.path, given)
    case 'function':
      return context.call(operand.name, [])
    case 'pipe':
      return walk(evaluatePipe(operand.pipe, dot, context), operand.path, given)
  }
}

/** Arguments are for the last of the path, which must be a function then. */
function walk(value: unknown, path: readonly string[], given: readonly unknown[]): unknown {
  if (path.length === 0 && given.length > 0) throw badTemplate("can't give argument to non-function")
  return path.reduce<unknown>(
    (inner, name, index) => fieldOf(inner, name, index === path.length - 1 ? given : []),
    value,
  )
}
