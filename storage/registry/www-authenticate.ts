/** One way a server offers to be authenticated to. */
export interface Challenge {
  /** lower case: `bearer`, `basic` */
  readonly scheme: string
  /** names in lower case */
  readonly parameters: ReadonlyMap<string, string>
}

const MAX_HEADER = 8192
const MAX_CHALLENGES = 20

// RFC 9110, section 5.6.2 (token) and 5.6.4 (quoted-string); sticky, so every read starts where the last ended.
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy
const TOKEN68 = /[0-9A-Za-z._~+/-]+=*(?=[\t ]*(?:,|$))/y
const EQUALS = /[\t ]*=[\t ]*/y
const BLANKS = /[\t ]+/y
const SEPARATORS = /[\t ,]*/y

/**
 * The challenges of a WWW-Authenticate header, in order. Hostile or broken text gives the
 * challenges before the broken place: never an error.
 *
 * @see RFC 9110, section 11.6.1
 */
export function parseWwwAuthenticate(header: string): readonly Challenge[] {
  const text = header.slice(0, MAX_HEADER)
  const challenges: Challenge[] = []
  const cursor = { text, at: 0 }
  take(cursor, SEPARATORS)
  while (challenges.length < MAX_CHALLENGES) {
    const scheme = take(cursor, TOKEN)
    if (scheme === undefined) break
    const parameters = new Map<string, string>()
    challenges.push({ scheme: scheme[0].toLowerCase(), parameters })
    if (take(cursor, BLANKS)) readParameters(cursor, parameters)
    take(cursor, SEPARATORS)
  }
  return challenges
}

interface Cursor {
  readonly text: string
  at: number
}

// Ends where a word is not followed by "=": that word is the scheme of the next challenge.
function readParameters(cursor: Cursor, into: Map<string, string>): void {
  if (take(cursor, TOKEN68)) return
  for (;;) {
    const before = cursor.at
    take(cursor, SEPARATORS)
    const name = take(cursor, TOKEN)?.[0].toLowerCase()
    if (name === undefined || !take(cursor, EQUALS)) {
      cursor.at = before
      return
    }
    const value = readValue(cursor)
    if (value === undefined) {
      cursor.at = cursor.text.length
      return
    }
    // The first one counts: a second must not be able to replace it.
    if (!into.has(name)) into.set(name, value)
  }
}

function readValue(cursor: Cursor): string | undefined {
  const quoted = take(cursor, QUOTED)
  if (quoted) return (quoted[1] ?? '').replace(/\\(.)/gs, '$1')
  return take(cursor, TOKEN)?.[0]
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at
  const match = pattern.exec(cursor.text)
  if (match === null) return undefined
  cursor.at += match[0].length
  return match
}
