import type { TspodError } from '../../base/errors.ts'

/** A JSON value that knows the line it begins on. */
export type JsonNode = { readonly line: number } & (
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'other'; readonly value: number | boolean | null }
)

/** `line` counts from 1. */
export type JsonFailure = (problem: string, line: number) => TspodError

const MAX_DEPTH = 32

// RFC 8259. Sticky, so every read starts where the last ended.
const BLANKS = /[ \t\r\n]*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a string must not have
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const WORD = /true|false|null/y

/**
 * Reads JSON where it has to be known what is where, and where a name given twice is an error, since
 * of two meanings the wrong one could be acted on.
 *
 * @param fail makes the error of every failure
 * @see RFC 8259
 */
export function parseJsonTree(text: string, fail: JsonFailure): JsonNode {
  const cursor: Cursor = { text, at: 0, line: 1, fail }
  const node = readValue(cursor, 0)
  skipBlanks(cursor)
  if (cursor.at < text.length) throw unexpected(cursor)
  return node
}

interface Cursor {
  readonly text: string
  readonly fail: JsonFailure
  at: number
  line: number
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  if (depth > MAX_DEPTH) throw cursor.fail('nested too deeply', cursor.line)
  skipBlanks(cursor)
  const { line } = cursor
  switch (cursor.text[cursor.at]) {
    case '{':
      return { kind: 'object', line, members: readMembers(cursor, depth) }
    case '[':
      return { kind: 'list', line, items: readItems(cursor, depth) }
    case '"':
      return { kind: 'string', line, value: readString(cursor) }
  }
  const token = take(cursor, NUMBER) ?? take(cursor, WORD)
  if (token === undefined) throw unexpected(cursor)
  return { kind: 'other', line, value: JSON.parse(token) }
}

function readMembers(cursor: Cursor, depth: number): Map<string, JsonNode> {
  const members = new Map<string, JsonNode>()
  cursor.at++
  if (takeSign(cursor, '}')) return members
  do {
    skipBlanks(cursor)
    const { line } = cursor
    const name = readString(cursor)
    if (members.has(name)) throw cursor.fail(`${shown(name)} is there twice`, line)
    if (!takeSign(cursor, ':')) throw unexpected(cursor)
    members.set(name, readValue(cursor, depth + 1))
  } while (takeSign(cursor, ','))
  if (!takeSign(cursor, '}')) throw unexpected(cursor)
  return members
}

function readItems(cursor: Cursor, depth: number): JsonNode[] {
  const items: JsonNode[] = []
  cursor.at++
  if (takeSign(cursor, ']')) return items
  do items.push(readValue(cursor, depth + 1))
  while (takeSign(cursor, ','))
  if (!takeSign(cursor, ']')) throw unexpected(cursor)
  return items
}

function readString(cursor: Cursor): string {
  const token = take(cursor, STRING)
  if (token === undefined) throw unexpected(cursor)
  return JSON.parse(token)
}

function takeSign(cursor: Cursor, sign: string): boolean {
  skipBlanks(cursor)
  if (cursor.text[cursor.at] !== sign) return false
  cursor.at++
  return true
}

function skipBlanks(cursor: Cursor): void {
  for (const char of take(cursor, BLANKS) ?? '') if (char === '\n') cursor.line++
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const token = pattern.exec(cursor.text)?.[0]
  cursor.at += token?.length ?? 0
  return token
}

function unexpected({ text, at, line, fail }: Cursor): TspodError {
  const found = text.codePointAt(at)
  return fail(`not JSON: ${found === undefined ? 'it ends too early' : shown(String.fromCodePoint(found))}`, line)
}

/** As it would stand in JSON, cut short. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
