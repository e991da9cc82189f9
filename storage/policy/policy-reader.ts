import type { TspodError } from '../../base/errors.ts'
import { badPolicy } from './errors.ts'
import { type JsonNode, parseJsonTree, shown } from './json-tree.ts'

type Members = ReadonlyMap<string, JsonNode>

/** Reads a strict file: what it may not have is an error, which names the line. */
export interface PolicyReader {
  readonly file: string
  /** `file:line` */
  placeOf(node: JsonNode): string
  root(text: string): JsonNode
  object(node: JsonNode, where: string): Members
  /** an object with these members and no others */
  exactObject(node: JsonNode, where: string, names: readonly string[]): Members
  list(node: JsonNode, where: string, maxItems: number): readonly JsonNode[]
  string(node: JsonNode, where: string): string
  fail(node: JsonNode, problem: string): TspodError
}

export function policyReader(file: string): PolicyReader {
  const failAt = (problem: string, line: number): TspodError => badPolicy(`${file}:${line}`, problem)
  const reader: PolicyReader = {
    file,
    placeOf: ({ line }) => `${file}:${line}`,
    root: (text) => parseJsonTree(text, failAt),
    object(node, where) {
      if (node.kind !== 'object') throw reader.fail(node, `${where} is not an object`)
      return node.members
    },
    exactObject(node, where, names) {
      const members = reader.object(node, where)
      for (const [name, member] of members) {
        if (!names.includes(name)) throw reader.fail(member, `${where} has ${shown(name)}, which means nothing there`)
      }
      return members
    },
    list(node, where, maxItems) {
      if (node.kind !== 'list') throw reader.fail(node, `${where} is not a list`)
      if (node.items.length === 0) throw reader.fail(node, `${where} is an empty list`)
      if (node.items.length > maxItems) throw reader.fail(node, `${where} has more than ${maxItems} items`)
      return node.items
    },
    string(node, where) {
      if (node.kind !== 'string') throw reader.fail(node, `${where} is not a string`)
      if (node.value.includes('\0')) throw reader.fail(node, `${where} contains a NUL character`)
      return node.value
    },
    fail: (node, problem) => failAt(problem, node.line),
  }
  return reader
}
