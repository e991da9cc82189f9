import type { Command, Operand, Pipe, Template, TemplateNode } from './ast.ts'
import { badTemplate } from './errors.ts'
import { FUNCTIONS } from './functions.ts'
import { fieldOf, isMap, isTrue, kindOf, printValue } from './values.ts'

/** Innermost last; an action's variables live to the end of its block. */
type Scope = { readonly name: string; value: unknown }[]

interface Context {
  readonly output: string[]
  readonly scope: Scope
}

type Flow = 'next' | 'break' | 'continue'

/**
 * The text of `template` for `data`.
 *
 * @throws {TspodError} E_BAD_TEMPLATE: a field that does not exist, an unknown function, a wrong argument
 */
export function renderTemplate(template: Template, data: unknown): string {
  const context: Context = { output: [], scope: [{ name: '$', value: data }] }
  if (renderList(template, data, context) !== 'next') throw badTemplate('break or continue outside range')
  return context.output.join('')
}

function renderList(nodes: Template, dot: unknown, context: Context): Flow {
  const mark = context.scope.length
  for (const node of nodes) {
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
      context.output.push(node.text)
      return 'next'
    case 'action': {
      const value = evaluatePipe(node.pipe, dot, context.scope)
      if (node.pipe.variables.length > 0) declare(node.pipe, [value], context.scope)
      else context.output.push(printValue(value))
      return 'next'
    }
    case 'break':
    case 'continue':
      return node.kind
    case 'range':
      return renderRange(node.pipe, node.body, node.otherwise, dot, context)
    default: {
      const mark = context.scope.length
      const value = evaluatePipe(node.pipe, dot, context.scope)
      declare(node.pipe, [value], context.scope)
      const inner = node.kind === 'with' && isTrue(value) ? value : dot
      const flow = renderList(isTrue(value) ? node.body : node.otherwise, inner, context)
      context.scope.length = mark
      return flow
    }
  }
}

function renderRange(pipe: Pipe, body: Template, otherwise: Template, dot: unknown, context: Context): Flow {
  const items = rangeItems(evaluatePipe(pipe, dot, context.scope))
  if (items.length === 0) return renderList(otherwise, dot, context)
  const mark = context.scope.length
  for (const [key, value] of items) {
    declare(pipe, pipe.variables.length === 2 ? [key, value] : [value], context.scope)
    const flow = renderList(body, value, context)
    context.scope.length = mark
    if (flow === 'break') break
  }
  return 'next'
}

/** Maps go in the order of their keys. */
function rangeItems(value: unknown): [unknown, unknown][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.map((item, index) => [index, item])
  if (isMap(value))
    return Object.keys(value)
      .sort()
      .map((key) => [key, value[key]])
  throw badTemplate(`range over ${kindOf(value)}`)
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
  if (!found) throw badTemplate(`undefined variable ${name}`)
  return found
}

function evaluatePipe(pipe: Pipe, dot: unknown, scope: Scope): unknown {
  let value: unknown
  pipe.commands.forEach((command, index) => {
    value = evaluateCommand(command, dot, scope, index === 0 ? [] : [value])
  })
  return value
}

/** `piped` is the value of the command before, which becomes the last argument. */
function evaluateCommand(command: Command, dot: unknown, scope: Scope, piped: readonly unknown[]): unknown {
  const [head, ...rest] = command.operands
  if (!head) throw badTemplate('missing value for command')
  const evaluate = (operand: Operand) => evaluateOperand(operand, dot, scope, [])
  if (head.kind === 'function') {
    if (head.name === 'and' || head.name === 'or')
      return evaluateLogic(
        head.name,
        rest.map((operand) => () => evaluate(operand)),
        piped,
      )
    return callFunction(head.name, [...rest.map(evaluate), ...piped])
  }
  const methodArguments = [...rest.map(evaluate), ...piped]
  if (methodArguments.length > 0 && (head.kind === 'literal' || head.kind === 'pipe')) {
    throw badTemplate('a value takes no arguments')
  }
  return evaluateOperand(head, dot, scope, methodArguments)
}

/** Stops at the first argument that decides. */
function evaluateLogic(name: 'and' | 'or', thunks: readonly (() => unknown)[], piped: readonly unknown[]): unknown {
  const all = [...thunks, ...piped.map((value) => () => value)]
  if (all.length === 0) throw badTemplate(`${name} needs an argument`)
  let value: unknown
  for (const thunk of all) {
    value = thunk()
    if (isTrue(value) === (name === 'or')) return value
  }
  return value
}

function callFunction(name: string, values: readonly unknown[]): unknown {
  const called = FUNCTIONS.get(name)
  if (!called) throw badTemplate(`function ${JSON.stringify(name)} not defined`)
  return called(...values)
}

function evaluateOperand(operand: Operand, dot: unknown, scope: Scope, methodArguments: readonly unknown[]): unknown {
  switch (operand.kind) {
    case 'literal':
      return operand.value
    case 'dot':
      return walk(dot, operand.path, methodArguments)
    case 'variable':
      return walk(findVariable(operand.name, scope).value, operand.path, methodArguments)
    case 'function':
      return callFunction(operand.name, [])
    case 'pipe':
      return walk(evaluatePipe(operand.pipe, dot, scope), operand.path, methodArguments)
  }
}

function walk(value: unknown, path: readonly string[], methodArguments: readonly unknown[]): unknown {
  if (path.length === 0 && methodArguments.length > 0) throw badTemplate('a value takes no arguments')
  return path.reduce<unknown>(
    (inner, name, index) => fieldOf(inner, name, index === path.length - 1 ? methodArguments : []),
    value,
  )
}
