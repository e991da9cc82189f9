/** On which line of a TOML file something begins, by its name: `short-name-mode`, `registry[0].mirror[1].insecure`. */
export interface TomlLines {
  /** of the thing itself, else of what it is in; `undefined` where it is not found */
  lineOf(place: string): number | undefined
}

const HEADER = /^\s*\[\s*([A-Za-z0-9_.-]+)\s*\]\s*(?:#.*)?$/
const LIST_HEADER = /^\s*\[\[\s*([A-Za-z0-9_.-]+)\s*\]\]\s*(?:#.*)?$/
const KEY = /^\s*(?:([A-Za-z0-9_-]+)|"([^"\\]*)"|'([^']*)')\s*=/

/**
 * Finds the lines of a text that is valid TOML, for messages only: what is written in an unusual way,
 * as a list of tables in one line, is not found.
 */
export function tomlLines(text: string): TomlLines {
  const lines = new Map<string, number>()
  const counts = new Map<string, number>()
  let table = ''
  let quotes = ''
  for (const [index, line] of text.split('\n').entries()) {
    const wasInside = quotes !== ''
    quotes = openQuotes(line, quotes)
    if (wasInside) continue
    const list = LIST_HEADER.exec(line)?.[1]
    const header = list ?? HEADER.exec(line)?.[1]
    if (header !== undefined) table = list === undefined ? header : nextOf(list, counts)
    const [, bare, double, single] = KEY.exec(line) ?? []
    const key = bare ?? double ?? single
    if (key !== undefined) lines.set(table === '' ? key : `${table}.${key}`, index + 1)
    else if (header !== undefined) setAll(lines, table, index + 1)
  }
  return {
    lineOf(place) {
      for (let name = place; ; name = name.replace(/(?:\.[^.[]*|\[\d+\])$/, '')) {
        const line = lines.get(name)
        if (line !== undefined || !/[.[]/.test(name)) return line
      }
    },
  }
}

/** A table, and what it is in, where that has no line of its own. */
function setAll(lines: Map<string, number>, table: string, line: number): void {
  for (const [index, part] of table.split('.').entries()) {
    const parent = table
      .split('.')
      .slice(0, index + 1)
      .join('.')
    if (part !== '' && !lines.has(parent)) lines.set(parent, line)
  }
}

/** `registry[1]`, or `registry[1].mirror[0]` for a list within the last `registry`. */
function nextOf(list: string, counts: Map<string, number>): string {
  const dot = list.lastIndexOf('.')
  const parent = dot < 0 ? '' : `${list.slice(0, dot)}[${(counts.get(list.slice(0, dot)) ?? 0) - 1}].`
  const name = parent + list.slice(dot + 1)
  const count = counts.get(name) ?? 0
  counts.set(name, count + 1)
  return `${name}[${count}]`
}

/** The quotes of a text of several lines that is still open at the end of this one. */
function openQuotes(line: string, before: string): string {
  let open = before
  for (const [quotes] of line.matchAll(/"""|'''/g)) {
    if (open === '') open = quotes
    else if (open === quotes) open = ''
  }
  return open
}
