import type { Body, Pipe, Template, TemplateNode } from './ast.ts'
import { badTemplate } from './errors.ts'
import { type Call, evaluatePipe, findVariable, type Scope } from './evaluate-pipe.ts'
import { callFunction } from './functions.ts'
import { isMap, isTrue, kindOf, mapKeys, printValue } from './values.ts'

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
