import type { Body, Template, TemplateNode } from './ast.ts'
import {
  type Cursor,
  deeper,
  expectClose,
  makeCursor,
  peekWord,
  skipSpace,
  takeString,
  withVariables,
} from './cursor.ts'
import { badTemplate } from './errors.ts'
import { lexTemplate } from './lex.ts'
import { parsePipe } from './parse-pipe.ts'

type Ending = 'end' | 'else' | 'eof'

/**
 * Reads a template. What can be said of it without data is said now: unknown functions and
 * variables, and blocks that do not end.
 *
 * @throws {TspodError} E_BAD_TEMPLATE
 */
export function parseTemplate(source: string): Template {
  const cursor = makeCursor(lexTemplate(source))
  const { nodes, ending } = parseList(cursor)
  if (ending !== 'eof') throw badTemplate(`unexpected {{${ending}}}`)
  return { main: nodes, defined: cursor.defined }
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
    if (word === 'define') parseDefine(cursor)
    else nodes.push(parseAction(cursor, word))
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
      if (cursor.ranges === 0) throw badTemplate(`{{${word}}} outside {{range}}`)
      return { kind: word }
    case 'template':
    case 'block':
      return parseCall(cursor, word)
    default: {
      const pipe = parsePipe(cursor)
      expectClose(cursor)
      return { kind: 'action', pipe }
    }
  }
}

/** `{{if a}}…{{else if b}}…{{else}}…{{end}}`, and the same for `with`; `range` takes a plain else. */
function parseBlock(cursor: Cursor, kind: 'if' | 'with' | 'range'): TemplateNode {
  return deeper(cursor, () =>
    withVariables(cursor, () => {
      const pipe = parsePipe(cursor, kind === 'range')
      expectClose(cursor)
      if (kind === 'range') cursor.ranges++
      const { nodes: body, ending } = parseList(cursor)
      if (kind === 'range') cursor.ranges--
      return { kind, pipe, body, otherwise: parseElse(cursor, kind, ending) }
    }),
  )
}

function parseElse(cursor: Cursor, kind: 'if' | 'with' | 'range', ending: Ending): Body {
  if (ending === 'eof') throw badTemplate(`{{${kind}}} without {{end}}`)
  if (ending === 'end') {
    expectClose(cursor)
    return []
  }
  skipSpace(cursor)
  const next = peekWord(cursor)
  if (next !== undefined) {
    if (next !== kind || kind === 'range') throw badTemplate(`unexpected ${next} after else`)
    cursor.at++
    return [parseBlock(cursor, kind)]
  }
  expectClose(cursor)
  return parseToEnd(cursor, kind)
}

function parseToEnd(cursor: Cursor, kind: string): TemplateNode[] {
  const { nodes, ending } = parseList(cursor)
  if (ending === 'else') throw badTemplate(`unexpected {{else}} in {{${kind}}}`)
  if (ending === 'eof') throw badTemplate(`{{${kind}}} without {{end}}`)
  expectClose(cursor)
  return nodes
}

/** `{{template "name" pipe}}`; `{{block "name" pipe}}…{{end}}` defines what it calls. */
function parseCall(cursor: Cursor, kind: 'template' | 'block'): TemplateNode {
  cursor.at++
  const name = takeString(cursor, `{{${kind}}}`)
  skipSpace(cursor)
  const hasPipe = kind === 'block' || cursor.tokens[cursor.at]?.kind !== 'close'
  const pipe = hasPipe ? parsePipe(cursor) : undefined
  expectClose(cursor)
  if (kind === 'block') define(cursor, name, kind)
  return { kind: 'template', name, pipe }
}

function parseDefine(cursor: Cursor): void {
  if (cursor.depth > 0) throw badTemplate('unexpected {{define}} inside a block')
  cursor.at++
  const name = takeString(cursor, '{{define}}')
  expectClose(cursor)
  define(cursor, name, 'define')
}

/** Reads the body up to its end. It knows no variable from around it but `$`, and no range. */
function define(cursor: Cursor, name: string, kind: string): void {
  if (cursor.defined.has(name)) throw badTemplate(`multiple definition of template ${JSON.stringify(name)}`)
  const outside = { variables: cursor.variables, ranges: cursor.ranges }
  Object.assign(cursor, { variables: ['$'], ranges: 0 })
  const body = deeper(cursor, () => parseToEnd(cursor, kind))
  Object.assign(cursor, outside)
  cursor.defined.set(name, body)
}
