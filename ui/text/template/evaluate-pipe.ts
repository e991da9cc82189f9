import type { Command, Operand, Pipe } from './ast.ts'
import { badTemplate } from './errors.ts'
import { fieldOf, isTrue } from './values.ts'

/** Variables, innermost last; an action's live to the end of its block. */
export type Scope = { readonly name: string; value: unknown }[]

/** Calls a function by its name. */
export type Call = (name: string, values: readonly unknown[]) => unknown

export interface PipeContext {
  readonly scope: Scope
  readonly call: Call
}

export function findVariable(name: string, scope: Scope): { value: unknown } {
  const found = scope.findLast((variable) => variable.name === name)
  if (!found) throw badTemplate(`undefined variable ${JSON.stringify(name)}`)
  return found
}

export function evaluatePipe(pipe: Pipe, dot: unknown, context: PipeContext): unknown {
  let value: unknown
  pipe.commands.forEach((command, index) => {
    value = evaluateCommand(command, dot, context, index === 0 ? [] : [value])
  })
  return value
}

/** `piped` is the value of the command before, which becomes the last argument. */
function evaluateCommand(command: Command, dot: unknown, context: PipeContext, piped: readonly unknown[]): unknown {
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

function evaluateOperand(operand: Operand, dot: unknown, context: PipeContext, given: readonly unknown[]): unknown {
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
