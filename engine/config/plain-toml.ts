/** A TOML document, and where what is in it stands. */
export interface TomlDocument {
  readonly root: Readonly<Record<string, unknown>>
  /** of `table.key`, else of the table; undefined where nobody knows */
  lineOf(place: string): number | undefined
}

/** Carriage returns and characters that TOML forbids are for the real parser. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STRANGE = /[\0-\x08\x0b-\x1f\x7f]/
/** Bounded, as what is repeated is kept on a stack. */
const BLANK = /(?:[ \t\n]+|#[^\n]*){0,500}/y
const HEADER = /\[([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?\]/y
const KEY = /([a-z][a-z0-9_]*)[ \t]*=[ \t]*/y
const SCALAR = /"([^"\\\n]*)"|(true|false)|(0|-?[1-9]\d{0,14})(?![\w.:+-])/y
const STRING = /"([^"\\\n]*)"/y
const END = /[ \t]*(?=[\n#]|$)/y

type Table = Record<string, unknown>

/**
 * Reads the plain TOML that configuration is mostly written in: tables, strings without escapes, whole
 * numbers, true and false, lists of strings. Undefined for anything else, which a real parser has to
 * read. That takes longer to load than this to run, and every `run` would wait for it.
 *
 * @see TOML 1.0.0
 */
export function plainToml(text: string): TomlDocument | undefined {
  if (STRANGE.test(text)) return undefined
  const root: Table = {}
  const offsets = new Map<string, number>()
  let table = root
  let tableName = ''
  const cursor: Cursor = { text, at: 0 }
  for (;;) {
    skipBlank(cursor)
    const start = cursor.at
    if (start === text.length) return { root, lineOf: (place) => lineAt(text, offsetOf(offsets, place)) }
    const header = take(cursor, HEADER)
    const key = header ? undefined : take(cursor, KEY)?.[1]
    if (header) {
      const [, name = '', inner] = header
      const opened = openTable(root, name, inner)
      if (!opened) return undefined
      table = opened
      tableName = inner === undefined ? name : `${name}.${inner}`
      offsets.set(tableName, start)
    } else if (key !== undefined && !Object.hasOwn(table, key)) {
      const value = readValue(cursor)
      if (value === undefined) return undefined
      table[key] = value
      offsets.set(tableName === '' ? key : `${tableName}.${key}`, start)
    } else return undefined
    if (!take(cursor, END)) return undefined
  }
}

interface Cursor {
  readonly text: string
  at: number
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)
  if (!found) return undefined
  cursor.at = pattern.lastIndex
  return found
}

function skipBlank(cursor: Cursor): void {
  while (take(cursor, BLANK)?.[0]) {}
}

/** A table of the root, or one in it that is there; undefined for what is there already. */
function openTable(root: Table, name: string, inner: string | undefined): Table | undefined {
  const opened: Table = {}
  if (inner === undefined) {
    if (Object.hasOwn(root, name)) return undefined
    root[name] = opened
    return opened
  }
  const outer = Object.hasOwn(root, name) ? root[name] : undefined
  if (typeof outer !== 'object' || Array.isArray(outer) || Object.hasOwn(outer as Table, inner)) return undefined
  ;(outer as Table)[inner] = opened
  return opened
}

function readValue(cursor: Cursor): unknown {
  if (cursor.text[cursor.at] === '[') return readList(cursor)
  const [, string, word, number] = take(cursor, SCALAR) ?? []
  // Three quotes begin a text of several lines.
  if (string === '' && cursor.text[cursor.at] === '"') return undefined
  if (string !== undefined) return string
  return word === undefined ? number && Number(number) : word === 'true'
}

function readList(cursor: Cursor): string[] | undefined {
  const items: string[] = []
  cursor.at++
  for (;;) {
    skipBlank(cursor)
    if (cursor.text[cursor.at] === ']') break
    const item = take(cursor, STRING)?.[1]
    if (item === undefined || (item === '' && cursor.text[cursor.at] === '"')) return undefined
    items.push(item)
    skipBlank(cursor)
    if (cursor.text[cursor.at] === ']') break
    if (cursor.text[cursor.at] !== ',') return undefined
    cursor.at++
  }
  cursor.at++
  return items
}

function offsetOf(offsets: ReadonlyMap<string, number>, place: string): number | undefined {
  const known = offsets.get(place)
  const dot = place.lastIndexOf('.')
  return known !== undefined || dot < 0 ? known : offsetOf(offsets, place.slice(0, dot))
}

function lineAt(text: string, offset: number | undefined): number | undefined {
  return offset === undefined ? undefined : text.slice(0, offset).split('\n').length
}
